import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/transaction.ts'
import type { Reassessment } from '../../../domain/promotion/commands.ts'
import type { PromotionState } from '../../../domain/promotion/state.ts'

/** What keeps a promotion from landing now by the database's clock, and until when as far as that is known. */
export async function readOpening(
  transaction: Transaction,
  { notBefore }: PromotionState,
): Promise<Pick<Reassessment, 'hindrances' | 'opensAt'>> {
  const { rows } = await transaction.execute<{ early: boolean }>(
    sql`select ${notBefore}::timestamptz > clock_timestamp() as early`,
  )
  return rows[0]?.early === true
    ? { hindrances: ['not-before'], opensAt: notBefore }
    : { hindrances: [], opensAt: null }
}
