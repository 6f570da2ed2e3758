import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/transaction.ts'
import type { EnvironmentId } from '../../../domain/identifiers.ts'

/**
 * Until the transaction ends, nobody else adds a reference in this environment or deletes an asset that one may name:
 * two changes that would close a circle together, or leave a reference to nothing, come one after the other.
 */
export async function lockReferences(transaction: Transaction, environment: EnvironmentId): Promise<void> {
  const name = `references/${transaction.organization}/${environment}`
  await transaction.execute(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`)
}
