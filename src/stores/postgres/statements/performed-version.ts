import { and, eq, max } from 'drizzle-orm'
import { type ActPurpose, performedAct } from '../../../db/environment/performed-act.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { CommandId, PromotionId } from '../../../domain/identifiers.ts'

/** The highest version that an act came to, when it has been performed; null when it has not. */
export async function performedVersion(
  transaction: Transaction,
  act: CommandId | PromotionId,
  purpose: ActPurpose,
): Promise<number | null> {
  const [row] = await transaction
    .select({ version: max(performedAct.version) })
    .from(performedAct)
    .where(
      and(
        eq(performedAct.organization, transaction.organization),
        eq(performedAct.act, act),
        eq(performedAct.purpose, purpose),
      ),
    )
  return row?.version ?? null
}
