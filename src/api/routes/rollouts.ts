import type { Context } from 'hono'
import { z } from 'zod'
import { reasonedShape } from '../../contract/promotions/acts.ts'
import { confirmationRequestShape, rolloutShape } from '../../contract/promotions/rollout.ts'
import { idShape } from '../../contract/shapes.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import type { ProblemCode } from '../../domain/problem-code.ts'
import { activateRollout } from '../../services/rollouts/activate-rollout.ts'
import { awaitProduction } from '../../services/rollouts/await-production.ts'
import { completeRollout } from '../../services/rollouts/complete-rollout.ts'
import { confirmCheck } from '../../services/rollouts/confirm-check.ts'
import { getRollout, type RolloutView } from '../../services/rollouts/get-rollout.ts'
import { rollBack } from '../../services/rollouts/roll-back.ts'
import type { CommandResult } from '../../services/stories/give-command.ts'
import { serviceContext } from '../context.ts'
import type { ApiEnvironment, CountersignApp } from '../environment.ts'
import { answerPending, pendingAnswer } from '../pending.ts'
import { ifMatch, setEntityTag } from '../request/etag.ts'
import { markReplay, repeatableRequest } from '../request/idempotency.ts'
import { isSettled } from '../request/settled.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'

const params = z.object({ promotion: idShape<PromotionId>() })
const tags = ['promotions']

const asAct = {
  method: 'post',
  tags: tags as string[],
  scope: 'promotions:operate',
  idempotent: true,
  ifMatch: true,
} as const
const asked: readonly ProblemCode[] = ['illegal-state', 'forbidden', 'key-revoked']

const rollout = defineRoute({
  method: 'get',
  path: '/v1/promotions/{promotion}/rollout',
  operationId: 'getRollout',
  summary: 'Read the rollout',
  description:
    'Where what landed is on its way to being live, and what is missing until it is. Its ETag is its state.',
  tags,
  scope: 'promotions:read',
  problems: [],
  request: { params },
  responses: { 200: jsonAnswer(rolloutShape, 'The rollout.') },
})

const activate = defineRoute({
  ...asAct,
  path: '/v1/promotions/{promotion}/rollout/activate',
  operationId: 'activateRollout',
  summary: 'Take what landed into use',
  description:
    'Moves the active pointers of the whole bundle to the versions that landed. From then on it is validated.',
  problems: asked,
  request: { params },
  responses: { 200: jsonAnswer(rolloutShape, 'Allowed; production follows.'), 202: pendingAnswer },
})

const confirm = defineRoute({
  ...asAct,
  path: '/v1/promotions/{promotion}/rollout/confirm',
  operationId: 'confirmCheck',
  summary: 'Confirm a line of the checklist',
  description: 'Each line of the signed checklist once, under your name. Never by a service account.',
  problems: asked,
  request: { params, body: jsonBody(confirmationRequestShape) },
  responses: { 200: jsonAnswer(rolloutShape, 'Confirmed.'), 202: pendingAnswer },
})

const complete = defineRoute({
  ...asAct,
  path: '/v1/promotions/{promotion}/rollout/complete',
  operationId: 'completeRollout',
  summary: 'Take what is in use live',
  description:
    'Once every line of the signed checklist is confirmed and the soak is over. Never by a service account.',
  problems: asked,
  request: { params },
  responses: { 200: jsonAnswer(rolloutShape, 'Live.'), 202: pendingAnswer },
})

const rollback = defineRoute({
  ...asAct,
  path: '/v1/promotions/{promotion}/rollout/rollback',
  operationId: 'rollBackRollout',
  summary: 'Roll back what is in use',
  description:
    'Moves the active pointers of the whole bundle back to what was in use before, as long as it is not live and the ' +
    'policy says `fast`. What nothing was in use of is in use no more.',
  problems: [...asked, 'literal-secret', 'patient-data'],
  request: { params, body: jsonBody(reasonedShape) },
  responses: { 200: jsonAnswer(rolloutShape, 'Allowed; production follows.'), 202: pendingAnswer },
})

/** The rollout after a command, once production has done its part; undefined while the command has no answer. */
async function rolloutAfter(
  c: Context<ApiEnvironment>,
  promotion: PromotionId,
  result: CommandResult,
): Promise<RolloutView | undefined> {
  markReplay(c, result.replayed)
  if (!isSettled(result)) return undefined
  const context = serviceContext(c)
  await awaitProduction(context, promotion)
  const view = await getRollout(context, promotion)
  setEntityTag(c, view.state)
  return view
}

export function registerRolloutRoutes(app: CountersignApp): void {
  app.openapi(rollout, async (c) => {
    const view = await getRollout(serviceContext(c), c.req.valid('param').promotion)
    setEntityTag(c, view.state)
    return c.json(view, 200)
  })

  app.openapi(activate, async (c) => {
    const { promotion } = c.req.valid('param')
    const given = { promotion, seen: ifMatch(c), idempotencyKey: repeatableRequest(c).key }
    const result = await activateRollout(serviceContext(c), given)
    const view = await rolloutAfter(c, promotion, result)
    return view === undefined ? answerPending(c, result) : c.json(view, 200)
  })

  app.openapi(confirm, async (c) => {
    const { promotion } = c.req.valid('param')
    const { check } = c.req.valid('json')
    const given = { promotion, seen: ifMatch(c), idempotencyKey: repeatableRequest(c).key }
    const result = await confirmCheck(serviceContext(c), { ...given, check })
    const view = await rolloutAfter(c, promotion, result)
    return view === undefined ? answerPending(c, result) : c.json(view, 200)
  })

  app.openapi(complete, async (c) => {
    const { promotion } = c.req.valid('param')
    const given = { promotion, seen: ifMatch(c), idempotencyKey: repeatableRequest(c).key }
    const result = await completeRollout(serviceContext(c), given)
    const view = await rolloutAfter(c, promotion, result)
    return view === undefined ? answerPending(c, result) : c.json(view, 200)
  })

  app.openapi(rollback, async (c) => {
    const { promotion } = c.req.valid('param')
    const { reason } = c.req.valid('json')
    const given = { promotion, seen: ifMatch(c), idempotencyKey: repeatableRequest(c).key }
    const result = await rollBack(serviceContext(c), { ...given, reason })
    const view = await rolloutAfter(c, promotion, result)
    return view === undefined ? answerPending(c, result) : c.json(view, 200)
  })
}
