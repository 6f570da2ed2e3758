import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { apiKey } from '../../db/control/api-key.ts'
import { apiKeyEnvironment } from '../../db/control/api-key-environment.ts'
import { serviceAccount } from '../../db/control/service-account.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { ActorId, PersonId } from '../../domain/identifiers.ts'
import type { EntryActor, EntryDraft } from '../audit/append-entries.ts'
import { keyRevoked } from './key-entries.ts'

/** The service accounts that act for a human. */
export async function accountsOf(transaction: Transaction, owner: PersonId): Promise<readonly ActorId[]> {
  const { organization } = transaction
  const accounts = await transaction
    .select({ id: serviceAccount.id })
    .from(serviceAccount)
    .where(and(eq(serviceAccount.organization, organization), eq(serviceAccount.owner, owner)))
  return accounts.map(({ id }) => id)
}

/** Revokes every key of these actors, for good, and returns the entries that tell of it. */
export async function revokeKeysOf(
  transaction: Transaction,
  actors: readonly ActorId[],
  actor: EntryActor,
  because: 'owner-deactivated' | 'owner-changed',
): Promise<readonly EntryDraft[]> {
  if (actors.length === 0) return []
  const { organization } = transaction
  const revoked = await transaction
    .update(apiKey)
    .set({ revokedAt: sql`clock_timestamp()` })
    .where(
      and(
        eq(apiKey.organization, organization),
        isNull(apiKey.revokedAt),
        inArray(apiKey.actor, [...actors]),
      ),
    )
    .returning()
  const doors = await transaction
    .select()
    .from(apiKeyEnvironment)
    .where(
      and(
        eq(apiKeyEnvironment.organization, organization),
        inArray(
          apiKeyEnvironment.apiKey,
          revoked.map(({ id }) => id),
        ),
      ),
    )
  const environments = new Map(doors.map((door) => [door.apiKey, door.environment]))
  return revoked.map((key) =>
    keyRevoked(actor, { ...key, environment: environments.get(key.id) ?? null }, because),
  )
}
