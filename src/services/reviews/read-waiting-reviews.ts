import { and, asc, eq, gte, min, ne, type SQL, sql } from 'drizzle-orm'
import { overrideReview } from '../../db/control/override-review.ts'
import { promotion as promotionTable } from '../../db/control/promotion.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { EnvironmentId, PromotionId } from '../../domain/identifiers.ts'
import { mayDo } from '../../domain/rights/judge.ts'
import type { Standing } from '../../domain/rights/standing.ts'
import { oversees } from './refusal-of-reviewer.ts'

/** A promotion with an override that somebody may review. */
export interface WaitingReview {
  readonly promotion: typeof promotionTable.$inferSelect
  readonly since: Date
  readonly dueAt: Date
}

export interface WaitingPage {
  readonly limit: number
  readonly from: PromotionId | undefined
}

function isAsked({ person, groups }: Standing): SQL {
  return sql`exists (select from promotion_step as step where step.organization = ${overrideReview.organization}
    and step.promotion = ${overrideReview.promotion} and step.revision = ${overrideReview.revision} and step.kind <> 'external'
    and (cardinality(step.groups) = 0 and cardinality(step.people) = 0
      or step.groups && ${sql.param([...groups])}::text[] or ${person}::uuid = any (step.people)))`
}

/** The promotions into an environment that wait for somebody's review of an override, by id and in this order. */
export async function readWaitingReviews(
  transaction: Transaction,
  standing: Standing,
  environment: EnvironmentId,
  { limit, from }: WaitingPage,
): Promise<readonly WaitingReview[]> {
  if (!mayDo('promotion.review-override', standing)) return []
  const { person } = standing
  const rows = await transaction
    .select({
      promotion: promotionTable,
      since: min(overrideReview.openedAt),
      dueAt: min(overrideReview.dueAt),
    })
    .from(overrideReview)
    .innerJoin(
      promotionTable,
      and(
        eq(promotionTable.organization, overrideReview.organization),
        eq(promotionTable.id, overrideReview.promotion),
        eq(promotionTable.destinationEnvironment, environment),
      ),
    )
    .where(
      and(
        eq(overrideReview.organization, transaction.organization),
        ne(overrideReview.state, 'reviewed'),
        ne(overrideReview.person, person),
        sql`${person}::uuid <> all (${overrideReview.contributors})`,
        oversees(standing) ? undefined : isAsked(standing),
        from === undefined ? undefined : gte(overrideReview.promotion, from),
      ),
    )
    .groupBy(promotionTable.organization, promotionTable.id)
    .orderBy(asc(promotionTable.id))
    .limit(limit)
  return rows.flatMap(({ promotion, since, dueAt }) =>
    since === null || dueAt === null ? [] : [{ promotion, since, dueAt }],
  )
}
