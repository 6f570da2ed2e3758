import { and, eq } from 'drizzle-orm'
import { promotionStep } from '../../../db/control/promotion-step.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { PromotionId } from '../../../domain/identifiers.ts'

/** A step of a promotion's revision as its row has it, which the database holds to plan and policy; undefined for none. */
export async function readStep(
  transaction: Transaction,
  promotion: PromotionId,
  revision: number,
  position: number,
): Promise<typeof promotionStep.$inferSelect | undefined> {
  const [row] = await transaction
    .select()
    .from(promotionStep)
    .where(
      and(
        eq(promotionStep.organization, transaction.organization),
        eq(promotionStep.promotion, promotion),
        eq(promotionStep.revision, revision),
        eq(promotionStep.position, position),
      ),
    )
  return row
}
