import { identifier, isUuid, type TextId } from '../identifiers.ts'
import type { CommandClaim } from '../stream.ts'
import type { ReviewCommand, ReviewOutcome } from './review.ts'

const outcomes: readonly ReviewOutcome[] = ['upheld', 'objected']

/** A person's command as its claim tells it; undefined when it is none that a review knows. Never throws. */
export function parseReview({ id, person, kind, arguments: given }: CommandClaim): ReviewCommand | undefined {
  const { commentText } = given
  const outcome = outcomes.find((one) => one === given.outcome)
  if (kind !== 'review-override' || outcome === undefined) return undefined
  if (typeof commentText !== 'string' || !isUuid(commentText)) return undefined
  return { kind, id, person, outcome, commentText: identifier<TextId>(commentText) }
}
