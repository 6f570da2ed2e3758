import { z } from 'zod'
import { durationMilliseconds } from '../../domain/policy/duration.ts'

function isDuration(text: string): boolean {
  try {
    const milliseconds = durationMilliseconds(text)
    return milliseconds > 0 && milliseconds <= durationMilliseconds('P366D')
  } catch {
    return false
  }
}

/** A duration that a policy names. */
export const durationShape = z.string().max(40).refine(isDuration, {
  message: 'must be an ISO 8601 duration of weeks, days or less, like P7D or PT10M, and at most a year',
})
