import { and, eq } from 'drizzle-orm'
import { policy as policyTable } from '../../../db/control/policy.ts'
import { promotion as promotionTable } from '../../../db/control/promotion.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { PromotionId } from '../../../domain/identifiers.ts'
import { asPolicy, type Policy } from '../../../domain/policy/policy.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { NeverStored } from '../../stories/never-stored.ts'

export interface RoutedPromotion {
  readonly asked: typeof promotionTable.$inferSelect
  /** In the version that the promotion keeps. */
  readonly policy: Policy
}

/**
 * A promotion with the policy that it is routed by.
 *
 * @throws NeverStored when the organization has no such promotion.
 */
export async function readRoutedPromotion(
  transaction: Transaction,
  promotion: PromotionId,
): Promise<RoutedPromotion> {
  const [row] = await transaction
    .select({ asked: promotionTable, document: policyTable.document })
    .from(promotionTable)
    .innerJoin(
      policyTable,
      and(
        eq(policyTable.organization, promotionTable.organization),
        eq(policyTable.environment, promotionTable.destinationEnvironment),
        eq(policyTable.version, promotionTable.policyVersion),
      ),
    )
    .where(and(eq(promotionTable.organization, transaction.organization), eq(promotionTable.id, promotion)))
  if (row === undefined) throw new NeverStored('no such promotion was stored')
  return { asked: row.asked, policy: asPolicy(parseStrict(row.document)) }
}

/**
 * A promotion as it stands.
 *
 * @throws NeverStored when the organization has no such promotion.
 */
export async function readPromotion(
  transaction: Transaction,
  promotion: PromotionId,
): Promise<typeof promotionTable.$inferSelect> {
  const [row] = await transaction
    .select()
    .from(promotionTable)
    .where(and(eq(promotionTable.organization, transaction.organization), eq(promotionTable.id, promotion)))
  if (row === undefined) throw new NeverStored('no such promotion was stored')
  return row
}
