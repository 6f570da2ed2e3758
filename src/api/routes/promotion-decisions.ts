import type { Context } from 'hono'
import { z } from 'zod'
import { decisionRequestShape, reasonedShape, reviewRequestShape } from '../../contract/promotions/acts.ts'
import { promotionShape } from '../../contract/promotions/promotions.ts'
import { idShape } from '../../contract/shapes.ts'
import { type DecisionId, digest, type PromotionId } from '../../domain/identifiers.ts'
import type { ProblemCode } from '../../domain/problem-code.ts'
import { decidePromotion } from '../../services/promotions/acts/decide-promotion.ts'
import { overridePromotion } from '../../services/promotions/acts/override-promotion.ts'
import { withdrawDecision } from '../../services/promotions/acts/withdraw-decision.ts'
import { Refused } from '../../services/refused.ts'
import { reviewOverride } from '../../services/reviews/review-override.ts'
import { serviceContext } from '../context.ts'
import type { ApiEnvironment, CountersignApp } from '../environment.ts'
import { answerPending, pendingAnswer } from '../pending.ts'
import { ifMatch } from '../request/etag.ts'
import { repeatableRequest } from '../request/idempotency.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'
import { promotionAfter } from './promotions/answer-promotion.ts'

const params = z.object({ promotion: idShape<PromotionId>() })
const tags = ['promotions']

const signing: readonly ProblemCode[] = [
  'literal-secret',
  'patient-data',
  'contributor-may-not-decide',
  'not-eligible',
  'already-decided',
  'illegal-state',
  'target-moved',
  'forbidden',
  'key-revoked',
  'insufficient-authentication',
]

const decide = defineRoute({
  method: 'post',
  path: '/v1/promotions/{promotion}/decisions',
  operationId: 'decidePromotion',
  summary: 'Sign or decline',
  description:
    'One person’s verdict on the plan named in If-Match. Who requested or edited what is promoted may not decide. Where the ' +
    'policy asks for a sign-in, one by another answers 401 with the challenge of RFC 9470.',
  tags,
  scope: 'promotions:decide',
  idempotent: true,
  ifMatch: true,
  problems: [...signing, 'comment-required'],
  request: { params, body: jsonBody(decisionRequestShape) },
  responses: { 201: jsonAnswer(promotionShape, 'Signed.'), 202: pendingAnswer },
})

const withdraw = defineRoute({
  method: 'delete',
  path: '/v1/promotions/{promotion}/decisions/{decision}',
  operationId: 'withdrawDecision',
  summary: 'Withdraw one’s own vote',
  description: 'While its step is open. Afterwards one may decide anew; the withdrawn vote stays visible.',
  tags,
  scope: 'promotions:decide',
  problems: ['illegal-state', 'forbidden', 'key-revoked'],
  request: { params: params.extend({ decision: idShape<DecisionId>() }) },
  responses: { 200: jsonAnswer(promotionShape, 'Withdrawn.'), 202: pendingAnswer },
})

const override = defineRoute({
  method: 'post',
  path: '/v1/promotions/{promotion}/override',
  operationId: 'overridePromotion',
  summary: 'Stand in for those who have to sign',
  description:
    'One person of the policy’s break-glass group, who contributed nothing, signs the plan named in If-Match for ' +
    'everybody, with a reason. It is an entry of its own and is reviewed afterwards.',
  tags,
  scope: 'promotions:decide',
  idempotent: true,
  ifMatch: true,
  problems: [...signing, 'comment-required'],
  request: { params, body: jsonBody(reasonedShape) },
  responses: { 201: jsonAnswer(promotionShape, 'Signed for everybody.'), 202: pendingAnswer },
})

const review = defineRoute({
  method: 'post',
  path: '/v1/promotions/{promotion}/override/review',
  operationId: 'reviewOverride',
  summary: 'Review that somebody stood in',
  description:
    'Whoever a step of the policy names, or an owner or admin, says with a comment whether it was right to stand in for ' +
    'those who have to sign. Never who did so, nor who contributed; once.',
  tags,
  scope: 'promotions:decide',
  idempotent: true,
  problems: [
    'literal-secret',
    'patient-data',
    'comment-required',
    'contributor-may-not-decide',
    'not-eligible',
    'illegal-state',
    'forbidden',
    'key-revoked',
  ],
  request: { params, body: jsonBody(reviewRequestShape) },
  responses: { 201: jsonAnswer(promotionShape, 'Reviewed.'), 202: pendingAnswer },
})

/** The plan's digest as If-Match names it; a tag that is no digest fits no plan. */
function seenPlan(c: Context<ApiEnvironment>) {
  const [tag] = ifMatch(c)
  if (tag === undefined || !/^[0-9a-f]{64}$/.test(tag)) {
    throw new Refused('precondition-failed', 'If-Match names the digest of the plan you read: its ETag.')
  }
  return digest(tag)
}

export function registerPromotionDecisionRoutes(app: CountersignApp): void {
  app.openapi(decide, async (c) => {
    const { promotion } = c.req.valid('param')
    const { verdict, comment, step } = c.req.valid('json')
    const result = await decidePromotion(serviceContext(c), {
      promotion,
      verdict,
      comment,
      step: step ?? null,
      planDigest: seenPlan(c),
      idempotencyKey: repeatableRequest(c).key,
    })
    const view = await promotionAfter(c, promotion, result)
    return view === undefined ? answerPending(c, result) : c.json(view, 201)
  })

  app.openapi(withdraw, async (c) => {
    const { promotion, decision } = c.req.valid('param')
    const result = await withdrawDecision(serviceContext(c), { promotion, decision })
    const view = await promotionAfter(c, promotion, result)
    return view === undefined ? answerPending(c, result) : c.json(view, 200)
  })

  app.openapi(override, async (c) => {
    const { promotion } = c.req.valid('param')
    const { reason } = c.req.valid('json')
    const idempotencyKey = repeatableRequest(c).key
    const planDigest = seenPlan(c)
    const result = await overridePromotion(serviceContext(c), {
      promotion,
      reason,
      planDigest,
      idempotencyKey,
    })
    const view = await promotionAfter(c, promotion, result)
    return view === undefined ? answerPending(c, result) : c.json(view, 201)
  })

  app.openapi(review, async (c) => {
    const { promotion } = c.req.valid('param')
    const { outcome, comment } = c.req.valid('json')
    const idempotencyKey = repeatableRequest(c).key
    const result = await reviewOverride(serviceContext(c), { promotion, outcome, comment, idempotencyKey })
    const view = await promotionAfter(c, promotion, result)
    return view === undefined ? answerPending(c, result) : c.json(view, 201)
  })
}
