import { z } from 'zod'
import { encodeCursor } from '../../contract/cursor.ts'
import { pageQuery, pageShape } from '../../contract/pagination.ts'
import { promotionQueryShape, promotionWithShape } from '../../contract/promotions/included.ts'
import { planQueryShape, planShape, promotionPreviewShape } from '../../contract/promotions/plan.ts'
import { promotionFilterShape, promotionShape } from '../../contract/promotions/promotions.ts'
import { promotionRequestShape } from '../../contract/promotions/request.ts'
import { dryRunQueryShape, idShape } from '../../contract/shapes.ts'
import { identifier, type PromotionId } from '../../domain/identifiers.ts'
import { getPlan } from '../../services/promotions/get-plan.ts'
import { getPromotion } from '../../services/promotions/get-promotion.ts'
import { listPromotions } from '../../services/promotions/list-promotions.ts'
import { previewPromotion } from '../../services/promotions/preview-promotion.ts'
import { requestPromotion } from '../../services/promotions/request-promotion.ts'
import { waitForPeople } from '../../services/promotions/wait-for-people.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { setEntityTag, setEntityTagOf } from '../request/etag.ts'
import { markReplay, repeatableRequest } from '../request/idempotency.ts'
import { markPreference, preferredWait } from '../request/prefer.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'
import { askedToInclude, includedMembers, shownItem, shownPlan } from './promotions/included.ts'
import { requestContent } from './promotions/request-content.ts'

const oneParameters = z.object({ promotion: idShape<PromotionId>() })

const request = defineRoute({
  method: 'post',
  path: '/v1/promotions',
  operationId: 'requestPromotion',
  summary: 'Ask for a promotion',
  description:
    'Pins exact versions of staging assets and asks to promote them to production. Preflight, review and approval ' +
    'follow; what is asked is stored before anything acts on it. `dryRun=true` answers the plan that it would get, with ' +
    'every finding and who could sign, and changes nothing.',
  tags: ['promotions'],
  scope: 'promotions:request',
  idempotent: true,
  problems: [
    'wrong-direction',
    'not-promotable',
    'literal-secret',
    'patient-data',
    'promotion-open',
    'nothing-to-promote',
    'nobody-can-approve',
    'not-found',
    'forbidden',
    'illegal-state',
  ],
  request: { query: dryRunQueryShape, body: jsonBody(promotionRequestShape) },
  responses: {
    200: jsonAnswer(promotionPreviewShape, 'What would come of it; nothing was changed.'),
    202: jsonAnswer(promotionShape, 'Stored; preflight begins.'),
  },
})

const list = defineRoute({
  method: 'get',
  path: '/v1/promotions',
  operationId: 'listPromotions',
  summary: 'List promotions',
  description:
    'Those that lead from or to the environment of the key; with a key of the organization, all of them.',
  tags: ['promotions'],
  scope: 'promotions:read',
  problems: [],
  request: { query: z.strictObject({ ...pageQuery, ...promotionFilterShape }) },
  responses: { 200: jsonAnswer(pageShape(promotionShape), 'Newest first.') },
})

const one = defineRoute({
  method: 'get',
  path: '/v1/promotions/{promotion}',
  operationId: 'getPromotion',
  summary: 'Read a promotion',
  description:
    'Where it stands, who signed what, and what became of each item. `include` adds its plan, the differences or the ' +
    'findings, as `/plan` shows them to the caller; they are null before the plan is made.',
  tags: ['promotions'],
  scope: 'promotions:read',
  problems: [],
  request: { params: oneParameters, query: promotionQueryShape },
  responses: { 200: jsonAnswer(promotionWithShape, 'The promotion.') },
})

const plan = defineRoute({
  method: 'get',
  path: '/v1/promotions/{promotion}/plan',
  operationId: 'getPlan',
  summary: 'Read the plan',
  description:
    'What the promotion would do in production, with the field-level difference. Its ETag is the plan’s digest, which ' +
    'a decision names in If-Match. Production’s values are shown to who has a role there; what looks like a secret or ' +
    'like data of a patient is masked.',
  tags: ['promotions'],
  scope: 'promotions:read',
  problems: ['illegal-state', 'forbidden'],
  request: { params: oneParameters, query: planQueryShape },
  responses: { 200: jsonAnswer(planShape, 'The plan that is signed.') },
})

function listOf<Value>(value: Value | readonly Value[] | undefined): readonly Value[] | undefined {
  return value === undefined || Array.isArray(value)
    ? (value as readonly Value[] | undefined)
    : [value as Value]
}

export function registerPromotionRoutes(app: CountersignApp): void {
  app.openapi(request, async (c) => {
    const context = serviceContext(c)
    const body = c.req.valid('json')
    const asked = {
      promotingAssets: body.promotingAssets,
      fromEnvironment: body.fromEnvironment.id,
      toEnvironment: body.toEnvironment.id,
      reason: body.reason,
      ...requestContent(body),
    }
    if (c.req.valid('query').dryRun === true) {
      const preview = await previewPromotion(context, asked)
      return c.json({ ...preview, items: preview.items.map(shownItem) }, 200)
    }
    const { promotion, replayed } = await requestPromotion(context, {
      ...asked,
      draft: body.draft ?? false,
      idempotency: repeatableRequest(c),
    })
    const seconds = preferredWait(c)
    await waitForPeople(context, promotion, seconds)
    const view = await getPromotion(context, promotion)
    markReplay(c, replayed)
    markPreference(c, seconds)
    c.header('Location', `/v1/promotions/${promotion}`)
    setEntityTagOf(c, view)
    return c.json(view, 202)
  })

  app.openapi(list, async (c) => {
    const { limit, cursor, state, awaiting, ...filter } = c.req.valid('query')
    const rows = await listPromotions(serviceContext(c), {
      ...filter,
      awaitingMe: awaiting === 'me',
      state: listOf(state),
      limit,
      before: cursor && identifier<PromotionId>(cursor.id),
    })
    const data = rows.slice(0, limit)
    const last = data.at(-1)
    const nextCursor =
      rows.length > limit && last ? encodeCursor({ instant: last.createdAt, id: last.id }) : null
    return c.json({ data, nextCursor }, 200)
  })

  app.openapi(one, async (c) => {
    const context = serviceContext(c)
    const { promotion } = c.req.valid('param')
    const asked = askedToInclude(c.req.valid('query').include)
    const seconds = preferredWait(c)
    await getPromotion(context, promotion)
    await waitForPeople(context, promotion, seconds)
    const view = {
      ...(await getPromotion(context, promotion)),
      ...(await includedMembers(context, promotion, asked)),
    }
    markPreference(c, seconds)
    setEntityTagOf(c, view)
    return c.json(view, 200)
  })

  app.openapi(plan, async (c) => {
    const { unmask = false } = c.req.valid('query')
    const view = await getPlan(serviceContext(c), c.req.valid('param').promotion, { unmask })
    setEntityTag(c, view.planDigest)
    return c.json(shownPlan(view), 200)
  })
}
