import { z } from 'zod'
import { pageShape, pageWith } from '../../contract/pagination.ts'
import {
  eligibleShape,
  inboxCursor,
  inboxItemShape,
  inboxQueryShape,
} from '../../contract/promotions/inbox.ts'
import { idShape } from '../../contract/shapes.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import { listEligible } from '../../services/promotions/list-eligible.ts'
import { readInbox } from '../../services/promotions/read-inbox.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { defineRoute, jsonAnswer } from '../route.ts'

const tags = ['promotions']

const inbox = defineRoute({
  method: 'get',
  path: '/v1/inbox',
  operationId: 'readInbox',
  summary: 'What waits for you',
  description:
    'Oldest first, with deadlines: what you can sign, what was sent back to you, and what landed and you can take live, ' +
    'and which overrides you can review, in the environment of the key. Nothing waits behind a key of the organization.',
  tags,
  scope: 'promotions:read',
  problems: [],
  request: { query: inboxQueryShape },
  responses: { 200: jsonAnswer(pageShape(inboxItemShape), 'Oldest first.') },
})

const eligible = defineRoute({
  method: 'get',
  path: '/v1/promotions/{promotion}/eligible',
  operationId: 'listEligible',
  summary: 'Who can sign now',
  description: 'Everybody who can sign the step that waits, also as a stand-in, and nobody who cannot.',
  tags,
  scope: 'promotions:read',
  problems: [],
  request: { params: z.object({ promotion: idShape<PromotionId>() }) },
  responses: { 200: jsonAnswer(eligibleShape, 'Who can sign.') },
})

export function registerInboxRoutes(app: CountersignApp): void {
  app.openapi(inbox, async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const items = await readInbox(serviceContext(c), { limit, after: cursor })
    const rows = items.map(({ fromEnvironment, toEnvironment, ...item }) => ({
      ...item,
      fromEnvironment: { id: fromEnvironment },
      toEnvironment: { id: toEnvironment },
    }))
    return c.json(
      pageWith(rows, limit, ({ promotion, kind }) => inboxCursor.encode({ promotion, kind })),
      200,
    )
  })

  app.openapi(eligible, async (c) => {
    const { promotion } = c.req.valid('param')
    return c.json(await listEligible(serviceContext(c), promotion), 200)
  })
}
