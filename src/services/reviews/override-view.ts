import { databaseClock } from '../../db/database-clock.ts'
import type { Transaction } from '../../db/transaction.ts'
import {
  type DecisionId,
  type Instant,
  instant,
  type PersonId,
  type PromotionId,
} from '../../domain/identifiers.ts'
import type { ReviewOutcome } from '../../domain/review/review.ts'
import { textsOf } from '../audit/read-texts.ts'
import { readReviews, type StoredReview, shownReview } from './read-reviews.ts'

/** That somebody stood in for those who have to sign, and what somebody else found afterwards. */
export interface OverrideView {
  readonly person: PersonId
  /** Null once erased, as is the review's comment. */
  readonly reason: string | null
  readonly at: Instant
  readonly revision: number
  readonly reviewDueAt: Instant
  /** Whether the deadline passed before it was reviewed, by the database's clock. */
  readonly overdue: boolean
  readonly review: {
    readonly person: PersonId
    readonly outcome: ReviewOutcome
    readonly comment: string | null
    readonly at: Instant
  } | null
}

/** What a promotion's answer says of each decision already. */
interface Signed {
  readonly id: DecisionId
  readonly verdict: string
  readonly comment: string | null
  readonly signedAt: Instant
}

async function reviewOf(transaction: Transaction, { found }: StoredReview): Promise<OverrideView['review']> {
  if (found === null) return null
  const { person, outcome, commentText, reviewedAt } = found
  const texts = await textsOf(transaction, [commentText])
  return { person, outcome, comment: texts.get(commentText) ?? null, at: instant(reviewedAt) }
}

/** The override of a promotion that people look at; null where nobody stood in. */
export async function overrideView(
  transaction: Transaction,
  promotion: PromotionId,
  decisions: readonly Signed[],
): Promise<OverrideView | null> {
  if (decisions.every(({ verdict }) => verdict !== 'override')) return null
  const shown = shownReview(await readReviews(transaction, promotion))
  const signed = decisions.find(({ id }) => id === shown?.review.id)
  if (shown === undefined || signed === undefined) return null
  const { person, revision, dueAt } = shown.review
  const until = shown.found?.reviewedAt.getTime() ?? (await databaseClock(transaction))
  return {
    person,
    reason: signed.comment,
    at: signed.signedAt,
    revision,
    reviewDueAt: instant(dueAt),
    overdue: until > dueAt.getTime(),
    review: await reviewOf(transaction, shown),
  }
}
