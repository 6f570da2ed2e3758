import { and, eq, ne } from 'drizzle-orm'
import { promotionStep } from '../../db/control/promotion-step.ts'
import type { Transaction } from '../../db/transaction.ts'
import { isNamed } from '../../domain/promotion/quorum.ts'
import { type ReviewFacts, refusalToReview } from '../../domain/review/review.ts'
import { judge } from '../../domain/rights/judge.ts'
import type { Standing } from '../../domain/rights/standing.ts'
import type { Refusal } from '../../domain/stream.ts'

type Reviewed = Pick<ReviewFacts, 'promotion' | 'revision' | 'overriddenBy' | 'contributors'>

/** Whether somebody oversees all of the organization, and so may review whatever was let through. */
export function oversees({ organizationRole }: Standing): boolean {
  return organizationRole === 'owner' || organizationRole === 'admin'
}

// Whoever would have been asked to sign, in any step: by themselves, since nobody is stood in for here.
async function isAsked(
  transaction: Transaction,
  { promotion, revision }: Reviewed,
  { person, groups }: Standing,
): Promise<boolean> {
  const steps = await transaction
    .select({ groups: promotionStep.groups, people: promotionStep.people })
    .from(promotionStep)
    .where(
      and(
        eq(promotionStep.organization, transaction.organization),
        eq(promotionStep.promotion, promotion),
        eq(promotionStep.revision, revision),
        ne(promotionStep.kind, 'external'),
      ),
    )
  return steps.some((step) => isNamed(step, person, groups))
}

/**
 * What keeps somebody with this standing in the destination from reviewing an override, now; null when nothing does. Which
 * door their key opens is judged where the key is at hand.
 */
export async function refusalOfReviewer(
  transaction: Transaction,
  reviewed: Reviewed,
  standing: Standing | undefined,
): Promise<Refusal | null> {
  if (standing === undefined) return judge('promotion.review-override', standing)
  const named = oversees(standing) || (await isAsked(transaction, reviewed, standing))
  return refusalToReview(reviewed, standing.person) ?? judge('promotion.review-override', standing, { named })
}
