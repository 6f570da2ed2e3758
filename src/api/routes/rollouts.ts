import { z } from 'zod'
import { rolloutShape } from '../../contract/promotions/acts.ts'
import { idShape } from '../../contract/shapes.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import { activateRollout } from '../../services/rollouts/activate-rollout.ts'
import { getRollout } from '../../services/rollouts/get-rollout.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { answerPending, pendingAnswer } from '../pending.ts'
import { ifMatch, setEntityTag } from '../request/etag.ts'
import { markReplay, repeatableRequest } from '../request/idempotency.ts'
import { isSettled } from '../request/settled.ts'
import { defineRoute, jsonAnswer } from '../route.ts'

const params = z.object({ promotion: idShape<PromotionId>() })
const tags = ['promotions']

const rollout = defineRoute({
  method: 'get',
  path: '/v1/promotions/{promotion}/rollout',
  operationId: 'getRollout',
  summary: 'Read the rollout',
  description: 'Where what landed is on its way to being used. Its ETag is its state.',
  tags,
  scope: 'promotions:read',
  problems: [],
  request: { params },
  responses: { 200: jsonAnswer(rolloutShape, 'The rollout.') },
})

const activate = defineRoute({
  method: 'post',
  path: '/v1/promotions/{promotion}/rollout/activate',
  operationId: 'activateRollout',
  summary: 'Take what landed live',
  description: 'Moves the active pointers of the whole bundle to the versions that landed.',
  tags,
  scope: 'promotions:operate',
  idempotent: true,
  ifMatch: true,
  problems: ['illegal-state', 'forbidden', 'key-revoked'],
  request: { params },
  responses: { 200: jsonAnswer(rolloutShape, 'Allowed; production follows.'), 202: pendingAnswer },
})

export function registerRolloutRoutes(app: CountersignApp): void {
  app.openapi(rollout, async (c) => {
    const view = await getRollout(serviceContext(c), c.req.valid('param').promotion)
    setEntityTag(c, view.state)
    return c.json(view, 200)
  })

  app.openapi(activate, async (c) => {
    const context = serviceContext(c)
    const { promotion } = c.req.valid('param')
    const idempotencyKey = repeatableRequest(c).key
    const result = await activateRollout(context, { promotion, seen: ifMatch(c), idempotencyKey })
    markReplay(c, result.replayed)
    if (!isSettled(result)) return answerPending(c, result)
    await context.orchestrator.finished(
      { organization: context.caller.organization, kind: 'rollout', id: promotion },
      10_000,
    )
    const view = await getRollout(context, promotion)
    setEntityTag(c, view.state)
    return c.json(view, 200)
  })
}
