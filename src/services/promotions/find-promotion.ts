import { and, eq } from 'drizzle-orm'
import { environmentMember } from '../../db/control/environment-member.ts'
import { promotion as promotionTable } from '../../db/control/promotion.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import type { Caller } from '../context.ts'
import { standingOf } from '../people/standing.ts'
import { Refused } from '../refused.ts'

export interface SeenPromotion {
  readonly asked: typeof promotionTable.$inferSelect
  /** Whether the caller may see production's values: a role in the destination. */
  readonly seesDestination: boolean
}

/** Whether the caller sees every promotion of the organization, without content: auditors, owners and admins. */
export async function overseesPromotions(transaction: Transaction, { actor }: Caller): Promise<boolean> {
  const standing = await standingOf(transaction, actor, null)
  const administers = standing?.organizationRole === 'owner' || standing?.organizationRole === 'admin'
  return standing?.active === true && (administers || standing.auditor)
}

/**
 * A promotion that the caller may read: with any role in its source or destination, through a key of either, or as an
 * auditor, owner or admin with a key of the organization.
 *
 * @throws Refused `not-found` for any other.
 */
export async function findPromotion(
  transaction: Transaction,
  caller: Caller,
  id: PromotionId,
): Promise<SeenPromotion> {
  const { organization } = transaction
  const missing = new Refused('not-found', 'There is no such promotion, or you have no role where it leads.')
  const [asked] = await transaction
    .select()
    .from(promotionTable)
    .where(and(eq(promotionTable.organization, organization), eq(promotionTable.id, id)))
  if (asked === undefined) throw missing
  const roles = await transaction
    .select({ environment: environmentMember.environment })
    .from(environmentMember)
    .where(and(eq(environmentMember.organization, organization), eq(environmentMember.actor, caller.actor)))
  const environments = new Set(roles.map(({ environment }) => environment))
  const seesSource = environments.has(asked.sourceEnvironment)
  const seesDestination = environments.has(asked.destinationEnvironment)
  if (caller.door.kind === 'environment') {
    const door = caller.door.environment
    const opens = door === asked.sourceEnvironment || door === asked.destinationEnvironment
    if (!opens || !(seesSource || seesDestination)) throw missing
    return { asked, seesDestination: seesDestination && door === asked.destinationEnvironment }
  }
  if (!(await overseesPromotions(transaction, caller))) throw missing
  return { asked, seesDestination: false }
}
