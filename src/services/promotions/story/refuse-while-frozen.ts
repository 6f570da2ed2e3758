import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/transaction.ts'
import type { PromotionState } from '../../../domain/promotion/state.ts'
import { type Refusal, refused } from '../../../domain/stream.ts'
import { frozen } from '../../freezes/frozen.ts'
import { readHindrances } from './read-hindrances.ts'

/**
 * Refuses while a freeze is in force or no window is open, and otherwise keeps any freeze from being set until the
 * transaction ends. The database refuses plain freezes by itself; what recurs takes a calendar.
 */
export async function refuseWhileFrozen(
  transaction: Transaction,
  state: PromotionState,
): Promise<Refusal | null> {
  await transaction.execute(sql`select hold_freezes()`)
  const { hindrances } = await readHindrances(transaction, state)
  if (hindrances.length === 0) return null
  return hindrances.some((one) => one === 'freeze' || one === 'organization-freeze')
    ? frozen
    : refused('illegal-state', 'It is not the time to land: no window is open, or its own time has not come.')
}
