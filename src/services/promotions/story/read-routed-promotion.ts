import { and, eq } from 'drizzle-orm'
import { policy as policyTable } from '../../../db/control/policy.ts'
import { promotion as promotionTable } from '../../../db/control/promotion.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { PromotionId } from '../../../domain/identifiers.ts'
import { asPolicy, lastRule, type PolicyRule } from '../../../domain/policy/policy.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { NeverStored } from '../../stories/never-stored.ts'

export interface RoutedPromotion {
  readonly asked: typeof promotionTable.$inferSelect
  /** Of the policy version that the promotion keeps. */
  readonly rule: PolicyRule
}

/**
 * A promotion with the rule it was routed by.
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
  return { asked: row.asked, rule: lastRule(asPolicy(parseStrict(row.document))) }
}
