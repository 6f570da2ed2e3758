import { z } from 'zod'
import { pageOf, pageQuery, pageShape } from '../../contract/pagination.ts'
import { commentShape, newCommentShape } from '../../contract/promotions/comments.ts'
import { idShape } from '../../contract/shapes.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import { commentOnPromotion } from '../../services/promotions/comments/comment-on-promotion.ts'
import { listComments } from '../../services/promotions/comments/list-comments.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { setEntityTagOf } from '../request/etag.ts'
import { markReplay, repeatableRequest } from '../request/idempotency.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'

const params = z.object({ promotion: idShape<PromotionId>() })
const path = '/v1/promotions/{promotion}/comments'
const tags = ['promotions']

const list = defineRoute({
  method: 'get',
  path,
  operationId: 'listPromotionComments',
  summary: 'Read what was said about a promotion',
  description: 'To whoever may read the promotion.',
  tags,
  scope: 'promotions:read',
  problems: [],
  request: { params, query: z.strictObject(pageQuery) },
  responses: { 200: jsonAnswer(pageShape(commentShape), 'Newest first.') },
})

const comment = defineRoute({
  method: 'post',
  path,
  operationId: 'commentOnPromotion',
  summary: 'Say something about a promotion',
  description:
    'With a key of its source or destination, in every state and also after its end. It decides nothing. A comment is ' +
    'never changed; the log holds a commitment to its text.',
  tags,
  scope: 'promotions:comment',
  idempotent: true,
  problems: ['forbidden', 'literal-secret', 'patient-data'],
  request: { params, body: jsonBody(newCommentShape) },
  responses: { 201: jsonAnswer(commentShape, 'Said.') },
})

export function registerPromotionCommentRoutes(app: CountersignApp): void {
  app.openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const page = { after: cursor, limit: limit + 1 }
    const comments = await listComments(serviceContext(c), c.req.valid('param').promotion, page)
    return c.json(pageOf(comments, limit), 200)
  })

  app.openapi(comment, async (c) => {
    const { promotion } = c.req.valid('param')
    const { text } = c.req.valid('json')
    const asked = { promotion, text, idempotency: repeatableRequest(c) }
    const { comment: said, replayed } = await commentOnPromotion(serviceContext(c), asked)
    markReplay(c, replayed)
    setEntityTagOf(c, said)
    return c.json(said, 201)
  })
}
