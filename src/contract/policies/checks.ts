import { z } from 'zod'
import { durationMilliseconds } from '../../domain/policy/duration.ts'
import { nameShape } from '../shapes.ts'

function isShort(text: string): boolean {
  try {
    const milliseconds = durationMilliseconds(text)
    return milliseconds >= 1_000 && milliseconds <= 60_000
  } catch {
    return false
  }
}

const checkShape = z.strictObject({
  name: nameShape.max(100, 'must have at most 100 characters'),
  url: z.string().max(2000, 'must have at most 2000 characters').meta({
    format: 'uri',
    description:
      'By https, without user name and password. Whoever may not change the policy sees its host alone.',
  }),
  deadline: z
    .string()
    .max(40)
    .refine(isShort, { message: 'must be an ISO 8601 duration from a second to a minute, like PT10S' })
    .meta({ description: 'By when it has answered; after that the promotion is blocked.' }),
})

/** The services outside that a rule asks about every plan. */
export const checksShape = z
  .array(checkShape)
  .min(1)
  .max(5)
  .readonly()
  .refine((checks) => new Set(checks.map(({ name }) => name)).size === checks.length, {
    message: 'checks must have names of their own',
  })
  .meta({ description: 'Services outside that are asked about every plan, and whose findings enter it.' })

export const shownChecksShape = z
  .array(z.object({ name: z.string(), url: z.string(), deadline: z.string() }))
  .readonly()
