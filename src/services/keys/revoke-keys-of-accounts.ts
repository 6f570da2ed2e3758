import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { apiKey } from '../../db/control/api-key.ts'
import { serviceAccount } from '../../db/control/service-account.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { EntryActor, EntryDraft } from '../audit/append-entries.ts'

/** Revokes every key of the service accounts that act for `owner`, and returns the entries that tell of it. */
export async function revokeKeysOfAccounts(
  transaction: Transaction,
  owner: PersonId,
  actor: EntryActor,
): Promise<readonly EntryDraft[]> {
  const { organization } = transaction
  const accounts = transaction
    .select({ id: serviceAccount.id })
    .from(serviceAccount)
    .where(and(eq(serviceAccount.organization, organization), eq(serviceAccount.owner, owner)))
  const revoked = await transaction
    .update(apiKey)
    .set({ revokedAt: sql`clock_timestamp()` })
    .where(
      and(eq(apiKey.organization, organization), isNull(apiKey.revokedAt), inArray(apiKey.actor, accounts)),
    )
    .returning({ id: apiKey.id, actor: apiKey.actor })
  return revoked.map((key) => ({
    type: 'api-key.revoked',
    subject: `api-key/${key.id}`,
    actor,
    details: { actor: key.actor, because: 'owner-deactivated' },
  }))
}
