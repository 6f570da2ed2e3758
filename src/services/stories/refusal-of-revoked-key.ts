import { sql } from 'drizzle-orm'
import type { Transaction } from '../../db/transaction.ts'
import type { CommandId } from '../../domain/identifiers.ts'
import { type Refusal, refused } from '../../domain/stream.ts'

/** What the person hears whose key was revoked while their command waited. */
export const revokedKey: Refusal = refused(
  'key-revoked',
  'The API key that this was asked with was revoked before it was judged, so nothing was done. Ask again with a key ' +
    'that is not revoked and a new Idempotency-Key.',
)

/**
 * Refuses what was asked with a key that is revoked now, and otherwise keeps the key from being revoked until the
 * transaction ends. A key that merely expired since refuses nothing: it was good when its person asked.
 */
export async function refusalOfRevokedKey(
  transaction: Transaction,
  command: CommandId,
): Promise<Refusal | null> {
  const { rows } = await transaction.execute<{ revoked: boolean }>(
    sql`select asked_with_revoked_key(${command}::uuid) as revoked`,
  )
  return rows[0]?.revoked === true ? revokedKey : null
}
