import { and, eq, gt, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import { answer as answerTable } from '../../db/control/answer.ts'
import { apiKey } from '../../db/control/api-key.ts'
import { apiKeyEnvironment } from '../../db/control/api-key-environment.ts'
import { command as commandTable } from '../../db/control/command.ts'
import { serviceAccount } from '../../db/control/service-account.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { ActorId, PersonId } from '../../domain/identifiers.ts'
import type { EntryActor, EntryDraft } from '../audit/append-entries.ts'
import { keyRevoked, type RevokedBecause } from './key-entries.ts'

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
  return revoke(transaction, inArray(apiKey.actor, [...actors]), actor, because)
}

/**
 * Revokes every key that a token of this person became, for good, and returns the entries that tell of it. One that has
 * ended is left as it is, unless what was asked with it still waits for its answer.
 */
export async function revokeTokenKeysOf(
  transaction: Transaction,
  person: PersonId,
  actor: EntryActor,
): Promise<readonly EntryDraft[]> {
  const theirs = and(eq(apiKey.actor, person), eq(apiKey.origin, 'identity-provider'))
  const { organization } = transaction
  const waiting = transaction
    .select({ key: commandTable.apiKey })
    .from(commandTable)
    .leftJoin(
      answerTable,
      and(
        eq(answerTable.organization, commandTable.organization),
        eq(answerTable.streamKind, commandTable.streamKind),
        eq(answerTable.stream, commandTable.stream),
        eq(answerTable.command, sql`${commandTable.id}::text`),
      ),
    )
    .where(
      and(
        eq(commandTable.organization, organization),
        eq(commandTable.person, person),
        isNull(answerTable.command),
      ),
    )
  const needed = or(gt(apiKey.expiresAt, sql`clock_timestamp()`), inArray(apiKey.id, waiting))
  return revoke(transaction, and(theirs, needed), actor, 'identity-unlinked')
}

async function revoke(
  transaction: Transaction,
  which: SQL | undefined,
  actor: EntryActor,
  because: RevokedBecause,
): Promise<readonly EntryDraft[]> {
  const { organization } = transaction
  const revoked = await transaction
    .update(apiKey)
    .set({ revokedAt: sql`clock_timestamp()` })
    .where(and(eq(apiKey.organization, organization), isNull(apiKey.revokedAt), which))
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
