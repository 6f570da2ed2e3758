import { sql } from 'drizzle-orm'
import { databaseClock } from '../../../db/database-clock.ts'
import type { Transaction } from '../../../db/transaction.ts'
import { type EnvironmentId, instant } from '../../../domain/identifiers.ts'
import type { Refusal } from '../../../domain/stream.ts'
import { frozen } from '../../freezes/frozen.ts'
import { readOpening } from '../../freezes/opening.ts'

/**
 * Refuses while a freeze is in force, and otherwise keeps any from being set until the transaction ends. The database
 * refuses the others by itself; those that recur take a calendar.
 */
export async function refuseWhileFrozen(
  transaction: Transaction,
  destination: EnvironmentId,
): Promise<Refusal | null> {
  await transaction.execute(sql`select hold_freezes()`)
  const now = instant(await databaseClock(transaction))
  const { open } = await readOpening(transaction, destination, [], now)
  return open ? null : frozen
}
