import type { Context } from 'hono'
import { z } from 'zod'
import {
  decisionRequestShape,
  promotionShape,
  rolloutShape,
  withdrawRequestShape,
} from '../../contract/promotions/promotions.ts'
import { idShape } from '../../contract/shapes.ts'
import { digest, type PromotionId } from '../../domain/identifiers.ts'
import type { ProblemCode } from '../../domain/problem-code.ts'
import { decidePromotion } from '../../services/promotions/decide-promotion.ts'
import { getPromotion } from '../../services/promotions/get-promotion.ts'
import { waitForPeople } from '../../services/promotions/wait-for-people.ts'
import { withdrawPromotion } from '../../services/promotions/withdraw-promotion.ts'
import { Refused, RefusedAnswer } from '../../services/refused.ts'
import { activateRollout } from '../../services/rollouts/activate-rollout.ts'
import { getRollout } from '../../services/rollouts/get-rollout.ts'
import type { CommandResult } from '../../services/stories/give-command.ts'
import { serviceContext } from '../context.ts'
import type { ApiEnvironment, CountersignApp } from '../environment.ts'
import { answerPending, pendingAnswer } from '../pending.ts'
import { ifMatch, setEntityTag, setEntityTagOf } from '../request/etag.ts'
import { markReplay, repeatableRequest } from '../request/idempotency.ts'
import { markPreference, preferredWait } from '../request/prefer.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'

const params = z.object({ promotion: idShape<PromotionId>() })
const tags = ['promotions']

const decide = defineRoute({
  method: 'post',
  path: '/v1/promotions/{promotion}/decisions',
  operationId: 'decidePromotion',
  summary: 'Sign or decline',
  description:
    'One person’s verdict on the plan named in If-Match. Who requested or edited what is promoted may not decide.',
  tags,
  scope: 'promotions:decide',
  idempotent: true,
  ifMatch: true,
  problems: [
    'literal-secret',
    'patient-data',
    'contributor-may-not-decide',
    'not-eligible',
    'already-decided',
    'illegal-state',
    'comment-required',
    'forbidden',
    'key-revoked',
  ],
  request: { params, body: jsonBody(decisionRequestShape) },
  responses: { 201: jsonAnswer(promotionShape, 'Signed.'), 202: pendingAnswer },
})

const withdraw = defineRoute({
  method: 'post',
  path: '/v1/promotions/{promotion}/withdraw',
  operationId: 'withdrawPromotion',
  summary: 'Take a promotion back',
  description: 'Ends a promotion that has not been authorized, and frees its assets.',
  tags,
  scope: 'promotions:request',
  idempotent: true,
  problems: ['illegal-state', 'forbidden', 'key-revoked', 'literal-secret', 'patient-data'],
  request: { params, body: jsonBody(withdrawRequestShape) },
  responses: { 200: jsonAnswer(promotionShape, 'Withdrawn.'), 202: pendingAnswer },
})

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

/** Raises the refusal that a command was answered with; false while it has no answer. */
function isSettled({ answer }: CommandResult): boolean {
  if (answer?.outcome === 'refused') throw new RefusedAnswer(answer.code as ProblemCode, answer.detail)
  return answer !== null
}

/** The plan's digest as If-Match names it; a tag that is no digest fits no plan. */
function seenPlan(c: Context<ApiEnvironment>) {
  const [tag] = ifMatch(c)
  if (tag === undefined || !/^[0-9a-f]{64}$/.test(tag)) {
    throw new Refused('precondition-failed', 'If-Match names the digest of the plan you read: its ETag.')
  }
  return digest(tag)
}

export function registerPromotionActRoutes(app: CountersignApp): void {
  app.openapi(decide, async (c) => {
    const context = serviceContext(c)
    const { promotion } = c.req.valid('param')
    const { verdict, comment, step } = c.req.valid('json')
    const result = await decidePromotion(context, {
      promotion,
      verdict,
      comment,
      step: step ?? null,
      planDigest: seenPlan(c),
      idempotencyKey: repeatableRequest(c).key,
    })
    markReplay(c, result.replayed)
    if (!isSettled(result)) return answerPending(c, result)
    const seconds = preferredWait(c)
    await waitForPeople(context, promotion, seconds)
    const view = await getPromotion(context, promotion)
    markPreference(c, seconds)
    setEntityTagOf(c, view)
    return c.json(view, 201)
  })

  app.openapi(withdraw, async (c) => {
    const context = serviceContext(c)
    const { promotion } = c.req.valid('param')
    const { reason } = c.req.valid('json')
    const idempotencyKey = repeatableRequest(c).key
    const result = await withdrawPromotion(context, { promotion, reason, idempotencyKey })
    markReplay(c, result.replayed)
    if (!isSettled(result)) return answerPending(c, result)
    const view = await getPromotion(context, promotion)
    setEntityTagOf(c, view)
    return c.json(view, 200)
  })

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
