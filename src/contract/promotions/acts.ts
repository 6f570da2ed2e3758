import { z } from 'zod'
import { askedInstantShape, countShape, reasonShape } from '../shapes.ts'

export const decisionRequestShape = z.strictObject({
  verdict: z.enum(['approve', 'reject', 'request-changes']),
  comment: z.string().max(4000),
  step: countShape(1).optional(),
})

/** Why something is taken back, stopped, or done past those who would have to. */
export const reasonedShape = z.strictObject({ reason: reasonShape })

export const reviewOutcomeShape = z.enum(['upheld', 'objected'])

/** What somebody found who looked at an override afterwards. */
export const reviewRequestShape = z.strictObject({
  outcome: reviewOutcomeShape.meta({
    description: '`objected` is kept and shown; nothing follows from it by itself.',
  }),
  comment: z.string().max(4000),
})

export const scheduleShape = z.strictObject({
  notBefore: askedInstantShape.nullable().meta({
    description: 'Null to land as soon as nothing else keeps it.',
  }),
})
