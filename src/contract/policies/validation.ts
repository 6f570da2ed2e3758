import { z } from 'zod'
import { durationMilliseconds } from '../../domain/policy/duration.ts'
import { nameShape } from '../shapes.ts'

function isSoak(text: string): boolean {
  try {
    const milliseconds = durationMilliseconds(text)
    return milliseconds > 0 && milliseconds <= durationMilliseconds('P30D')
  } catch {
    return false
  }
}

/** What a rule asks people to look at after activation, as it is sent. */
export const askedValidationShape = z
  .strictObject({
    checklist: z
      .array(nameShape)
      .min(1, 'must hold at least one line')
      .max(20, 'must have at most 20 lines')
      .readonly(),
    soak: z
      .string()
      .max(40)
      .refine(isSoak, {
        message: 'must be an ISO 8601 duration of weeks, days or less, like P2D or PT4H, and at most 30 days',
      })
      .optional(),
  })
  .meta({
    description:
      'What people check once it is in use, and how long it soaks. It stands in the plan and is thereby signed.',
  })

/** The same as answers show it. */
export const validationShape = z.object({
  checklist: z.array(z.string()).readonly(),
  soak: z.string().optional(),
})
