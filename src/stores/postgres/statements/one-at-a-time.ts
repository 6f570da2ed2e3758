import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/transaction.ts'
import type { CommandId, PromotionId } from '../../../domain/identifiers.ts'

/**
 * Makes acts for the same promotion or command wait for each other until the transaction ends: whoever comes second
 * finds in the tables what the first one did, and answers from it.
 */
export async function oneAtATime(transaction: Transaction, act: PromotionId | CommandId): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${act}, 0))`)
}
