import { databaseClock } from '../../db/database-clock.ts'
import type { Transaction } from '../../db/transaction.ts'
import { type EnvironmentId, instant } from '../../domain/identifiers.ts'
import type { Freeze } from '../../domain/policy/opening.ts'
import { readOpening } from './opening.ts'

/** Kinds of the freezes that an environment or its organization is under now, by the database's clock. */
export async function freezesInForce(
  transaction: Transaction,
  environment: EnvironmentId,
): Promise<readonly Freeze['kind'][]> {
  const opening = await readOpening(transaction, environment, [], instant(await databaseClock(transaction)))
  if (opening.open) return []
  return opening.because.flatMap(({ kind }) => (kind === 'window' ? [] : [kind]))
}
