import { and, eq } from 'drizzle-orm'
import { apiKey } from '../../db/control/api-key.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { Caller } from '../context.ts'
import { Refused } from '../refused.ts'

/** What a key is limited to. */
export interface KeyLimits {
  readonly scopes: readonly string[] | null
  readonly expiresAt: Date | null
}

/**
 * Reads the limits of the caller's key and holds its row until the transaction ends, so that revoking it waits.
 *
 * @throws Refused `unauthenticated` when it was revoked meanwhile.
 */
export async function holdKey(
  transaction: Transaction,
  { actor, key }: Pick<Caller, 'actor' | 'key'>,
): Promise<KeyLimits> {
  const { organization } = transaction
  const [held] = await transaction
    .select({ scopes: apiKey.scopes, expiresAt: apiKey.expiresAt, revokedAt: apiKey.revokedAt })
    .from(apiKey)
    .where(and(eq(apiKey.organization, organization), eq(apiKey.id, key), eq(apiKey.actor, actor)))
    .for('share')
  if (held === undefined || held.revokedAt !== null) {
    throw new Refused('unauthenticated', 'The key was revoked meanwhile, and nothing was changed.')
  }
  return held
}
