import { and, eq, type SQL, sql } from 'drizzle-orm'
import { promotion as promotionTable } from '../../db/control/promotion.ts'
import { heardLater, type Transaction } from '../../db/transaction.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import { mayDo } from '../../domain/rights/judge.ts'
import type { Place } from '../../domain/rights/right.ts'
import type { Caller } from '../context.ts'
import { standingOf } from '../people/standing.ts'
import { Refused } from '../refused.ts'
import { placeOf } from './place-of.ts'

export interface SeenPromotion {
  readonly asked: typeof promotionTable.$inferSelect
  /** What the caller's key opens of it. */
  readonly through: Place
  /** Whether the caller may see production's values: a role in the destination. */
  readonly seesDestination: boolean
}

/** The two environments of a promotion. */
function endsOf(asked: SeenPromotion['asked']) {
  return { source: asked.sourceEnvironment, destination: asked.destinationEnvironment }
}

/**
 * That a promotion is a draft which nobody has submitted, or was one to its end: it tells nobody, and only a key of its
 * source opens it.
 */
export const unsubmitted: SQL<boolean> = sql`(${promotionTable.draft} and not exists (
  select from stream_event where stream_event.organization = ${promotionTable.organization}
    and stream_event.stream_kind = 'promotion' and stream_event.stream = ${promotionTable.id}
    and stream_event.type = 'submitted'))`

/** Whether the caller sees every promotion of the organization, without content: auditors, owners and admins. */
export async function overseesPromotions(transaction: Transaction, { actor }: Caller): Promise<boolean> {
  const standing = await standingOf(transaction, actor, null)
  return mayDo('promotion.read', standing, { through: 'organization' })
}

/**
 * A promotion that the caller may read: with any role in its source or destination, through a key of that end, or as an
 * auditor, owner or admin with a key of the organization. A draft only through a key of its source.
 *
 * @throws Refused `not-found` for any other.
 */
export async function findPromotion(
  transaction: Transaction,
  caller: Caller,
  id: PromotionId,
): Promise<SeenPromotion> {
  const opened = caller.door.kind === 'environment' ? caller.door.environment : null
  const asking = heardLater(standingOf(transaction, caller.actor, opened))
  const [found] = await transaction
    .select({ asked: promotionTable, unsubmitted })
    .from(promotionTable)
    .where(and(eq(promotionTable.organization, transaction.organization), eq(promotionTable.id, id)))
  const asked = found?.asked
  const place = asked && placeOf(caller, endsOf(asked))
  const through = found?.unsubmitted && place !== 'source' ? undefined : place
  const standing = await asking
  if (asked === undefined || through === undefined || !mayDo('promotion.read', standing, { through })) {
    throw new Refused('not-found', 'There is no such promotion, or you have no role where it leads.')
  }
  return { asked, through, seesDestination: mayDo('promotion.see-values', standing, { through }) }
}
