import { and, asc, eq } from 'drizzle-orm'
import { overrideReview } from '../../db/control/override-review.ts'
import { overrideReviewOutcome } from '../../db/control/override-review-outcome.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { PromotionId } from '../../domain/identifiers.ts'

/** An override of a promotion, with what its reviewer found once there is one. */
export interface StoredReview {
  readonly review: typeof overrideReview.$inferSelect
  readonly found: typeof overrideReviewOutcome.$inferSelect | null
}

/** Every override of a promotion, the first one first: there may be one for each plan. */
export async function readReviews(
  transaction: Transaction,
  promotion: PromotionId,
): Promise<readonly StoredReview[]> {
  return transaction
    .select({ review: overrideReview, found: overrideReviewOutcome })
    .from(overrideReview)
    .leftJoin(
      overrideReviewOutcome,
      and(
        eq(overrideReviewOutcome.organization, overrideReview.organization),
        eq(overrideReviewOutcome.review, overrideReview.id),
      ),
    )
    .where(
      and(eq(overrideReview.organization, transaction.organization), eq(overrideReview.promotion, promotion)),
    )
    .orderBy(asc(overrideReview.openedAt), asc(overrideReview.id))
}

/** The override that people look at: the one that has waited longest for its review, and otherwise the newest. */
export function shownReview(reviews: readonly StoredReview[]): StoredReview | undefined {
  return reviews.find(({ found }) => found === null) ?? reviews.at(-1)
}
