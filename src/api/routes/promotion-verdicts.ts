import { z } from 'zod'
import { versionNumberShape } from '../../contract/assets/assets.ts'
import { promotionShape } from '../../contract/promotions/promotions.ts'
import { verdictEnvelopeShape } from '../../contract/promotions/verdicts.ts'
import { idShape } from '../../contract/shapes.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import { deliverVerdict } from '../../services/promotions/acts/deliver-verdict.ts'
import { serviceContext } from '../context.ts'
import type { CountersignApp } from '../environment.ts'
import { answerPending, pendingAnswer } from '../pending.ts'
import { repeatableRequest } from '../request/idempotency.ts'
import { defineRoute, jsonAnswer, jsonBody } from '../route.ts'
import { promotionAfter } from './promotions/answer-promotion.ts'

const deliver = defineRoute({
  method: 'post',
  path: '/v1/promotions/{promotion}/steps/{step}/verdict',
  operationId: 'deliverVerdict',
  summary: 'Deliver the signed verdict of another system',
  description:
    'For the external step that is open, as a DSSE v1.0.2 envelope. Its signature counts, by the key that the plan names, ' +
    'and not who delivers it: a service account may. `rejected` ends the promotion.',
  tags: ['promotions'],
  scope: 'promotions:decide',
  idempotent: true,
  problems: [
    'invalid-signature',
    'precondition-failed',
    'illegal-state',
    'literal-secret',
    'patient-data',
    'forbidden',
    'key-revoked',
  ],
  request: {
    params: z.object({ promotion: idShape<PromotionId>(), step: versionNumberShape }),
    body: jsonBody(verdictEnvelopeShape),
  },
  responses: { 201: jsonAnswer(promotionShape, 'Recorded.'), 202: pendingAnswer },
})

export function registerPromotionVerdictRoutes(app: CountersignApp): void {
  app.openapi(deliver, async (c) => {
    const { promotion, step } = c.req.valid('param')
    const { payloadType, payload, signatures } = c.req.valid('json')
    const result = await deliverVerdict(serviceContext(c), {
      promotion,
      step,
      envelope: { payloadType, payload, signatures: signatures.map(({ sig }) => ({ sig })) },
      idempotencyKey: repeatableRequest(c).key,
    })
    const view = await promotionAfter(c, promotion, result)
    return view === undefined ? answerPending(c, result) : c.json(view, 201)
  })
}
