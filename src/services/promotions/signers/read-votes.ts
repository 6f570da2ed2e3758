import { and, eq, isNull } from 'drizzle-orm'
import { decision as decisionTable } from '../../../db/control/decision.ts'
import type { promotion as promotionTable } from '../../../db/control/promotion.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { PersonId } from '../../../domain/identifiers.ts'

/** Who decided in which step. */
export interface Vote {
  readonly person: PersonId
  readonly step: number
}

/** The votes on a promotion's present revision that were not taken back. */
export async function readVotes(
  transaction: Transaction,
  asked: typeof promotionTable.$inferSelect,
): Promise<readonly Vote[]> {
  return transaction
    .select({ person: decisionTable.person, step: decisionTable.step })
    .from(decisionTable)
    .where(
      and(
        eq(decisionTable.organization, transaction.organization),
        eq(decisionTable.promotion, asked.id),
        eq(decisionTable.revision, asked.revision),
        isNull(decisionTable.withdrawnAt),
      ),
    )
}
