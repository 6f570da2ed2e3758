import { z } from 'zod'
import { reasonedShape, scheduleShape } from '../../contract/promotions/acts.ts'
import { promotionShape } from '../../contract/promotions/promotions.ts'
import { resubmissionShape } from '../../contract/promotions/request.ts'
import { idShape } from '../../contract/shapes.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import type { ProblemCode } from '../../domain/problem-code.ts'
import { resubmitPromotion } from '../../services/promotions/acts/resubmit-promotion.ts'
import {
  abortPromotion,
  retryPromotion,
  schedulePromotion,
} from '../../services/promotions/acts/steer-promotion.ts'
import { submitPromotion } from '../../services/promotions/acts/submit-promotion.ts'
import { withdrawPromotion } from '../../services/promotions/acts/withdraw-promotion.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { answerPending, pendingAnswer } from '../pending.ts'
import { repeatableRequest } from '../request/idempotency.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'
import { promotionAfter } from './promotions/answer-promotion.ts'
import { sentContent } from './promotions/request-content.ts'

const params = z.object({ promotion: idShape<PromotionId>() })

const asAct = { method: 'post', tags: ['promotions'] as string[], idempotent: true } as const
const asked: readonly ProblemCode[] = ['illegal-state', 'forbidden', 'key-revoked']
const written: readonly ProblemCode[] = [...asked, 'literal-secret', 'patient-data']

const submit = defineRoute({
  ...asAct,
  path: '/v1/promotions/{promotion}/submit',
  operationId: 'submitPromotion',
  summary: 'Submit a draft',
  description: 'From then on it holds its assets, and preflight begins.',
  scope: 'promotions:request',
  problems: [...asked, 'promotion-open'],
  request: { params },
  responses: { 200: jsonAnswer(promotionShape, 'Submitted.'), 202: pendingAnswer },
})

const resubmit = defineRoute({
  ...asAct,
  path: '/v1/promotions/{promotion}/resubmit',
  operationId: 'resubmitPromotion',
  summary: 'Resubmit with changes',
  description:
    'Makes the next revision: of the newest versions where no assets are named, with whatever is left out as it was. ' +
    'What was decided before stays visible as outdated.',
  scope: 'promotions:request',
  problems: [
    ...written,
    'promotion-open',
    'nothing-to-promote',
    'nobody-can-approve',
    'not-promotable',
    'wrong-direction',
    'precondition-failed',
  ],
  request: { params, body: jsonBody(resubmissionShape) },
  responses: { 200: jsonAnswer(promotionShape, 'Resubmitted; preflight begins.'), 202: pendingAnswer },
})

const withdraw = defineRoute({
  ...asAct,
  path: '/v1/promotions/{promotion}/withdraw',
  operationId: 'withdrawPromotion',
  summary: 'Take a promotion back',
  description: 'Ends a promotion that has not been authorized, and frees its assets.',
  scope: 'promotions:request',
  problems: written,
  request: { params, body: jsonBody(reasonedShape) },
  responses: { 200: jsonAnswer(promotionShape, 'Withdrawn.'), 202: pendingAnswer },
})

const abort = defineRoute({
  ...asAct,
  path: '/v1/promotions/{promotion}/abort',
  operationId: 'abortPromotion',
  summary: 'Stop a promotion before it lands',
  description: 'By its requester or an engineer of the destination, until it is on its way.',
  scope: 'promotions:operate',
  problems: written,
  request: { params, body: jsonBody(reasonedShape) },
  responses: { 200: jsonAnswer(promotionShape, 'Aborted.'), 202: pendingAnswer },
})

const schedule = defineRoute({
  ...asAct,
  path: '/v1/promotions/{promotion}/schedule',
  operationId: 'schedulePromotion',
  summary: 'Choose when it lands',
  description: 'By its requester or an engineer of the destination, until it is on its way.',
  scope: 'promotions:operate',
  problems: asked,
  request: { params, body: jsonBody(scheduleShape) },
  responses: { 200: jsonAnswer(promotionShape, 'Rescheduled.'), 202: pendingAnswer },
})

const retry = defineRoute({
  ...asAct,
  path: '/v1/promotions/{promotion}/retry',
  operationId: 'retryPromotion',
  summary: 'Have undoing tried again',
  description: 'Where taking back what had landed got stuck, after its cause was repaired.',
  scope: 'promotions:operate',
  problems: asked,
  request: { params },
  responses: { 200: jsonAnswer(promotionShape, 'It is tried again.'), 202: pendingAnswer },
})

export function registerPromotionActRoutes(app: CountersignApp): void {
  app.openapi(submit, async (c) => {
    const { promotion } = c.req.valid('param')
    const idempotencyKey = repeatableRequest(c).key
    const result = await submitPromotion(serviceContext(c), { promotion, idempotencyKey })
    const view = await promotionAfter(c, promotion, result)
    return view === undefined ? answerPending(c, result) : c.json(view, 200)
  })

  app.openapi(resubmit, async (c) => {
    const { promotion } = c.req.valid('param')
    const body = c.req.valid('json')
    const result = await resubmitPromotion(serviceContext(c), {
      promotion,
      promotingAssets: body.promotingAssets,
      content: sentContent(body),
      reason: body.reason,
      asReceived: JSON.parse(JSON.stringify(body)),
      idempotencyKey: repeatableRequest(c).key,
    })
    const view = await promotionAfter(c, promotion, result)
    return view === undefined ? answerPending(c, result) : c.json(view, 200)
  })

  app.openapi(withdraw, async (c) => {
    const { promotion } = c.req.valid('param')
    const { reason } = c.req.valid('json')
    const idempotencyKey = repeatableRequest(c).key
    const result = await withdrawPromotion(serviceContext(c), { promotion, reason, idempotencyKey })
    const view = await promotionAfter(c, promotion, result)
    return view === undefined ? answerPending(c, result) : c.json(view, 200)
  })

  app.openapi(abort, async (c) => {
    const { promotion } = c.req.valid('param')
    const { reason } = c.req.valid('json')
    const idempotencyKey = repeatableRequest(c).key
    const result = await abortPromotion(serviceContext(c), { promotion, reason, idempotencyKey })
    const view = await promotionAfter(c, promotion, result)
    return view === undefined ? answerPending(c, result) : c.json(view, 200)
  })

  app.openapi(schedule, async (c) => {
    const { promotion } = c.req.valid('param')
    const { notBefore } = c.req.valid('json')
    const idempotencyKey = repeatableRequest(c).key
    const result = await schedulePromotion(serviceContext(c), { promotion, notBefore, idempotencyKey })
    const view = await promotionAfter(c, promotion, result)
    return view === undefined ? answerPending(c, result) : c.json(view, 200)
  })

  app.openapi(retry, async (c) => {
    const { promotion } = c.req.valid('param')
    const idempotencyKey = repeatableRequest(c).key
    const result = await retryPromotion(serviceContext(c), { promotion, idempotencyKey })
    const view = await promotionAfter(c, promotion, result)
    return view === undefined ? answerPending(c, result) : c.json(view, 200)
  })
}
