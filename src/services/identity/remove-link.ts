import { and, eq } from 'drizzle-orm'
import { personIdentity } from '../../db/control/person-identity.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { PersonId } from '../../domain/identifiers.ts'
import type { EntryActor, EntryDraft } from '../audit/append-entries.ts'
import { saveText } from '../audit/save-text.ts'
import { revokeTokenKeysOf } from '../keys/revoke-keys-of.ts'
import type { Identity } from '../ports.ts'

/** How an entry tells of an identity: by commitments, since who somebody is elsewhere can be erased. */
export async function toldIdentity(transaction: Transaction, { issuer, subject }: Identity) {
  return {
    issuer: await saveText(transaction, issuer),
    subject: await saveText(transaction, subject),
  }
}

/**
 * Removes a person's link and revokes every key that a token of theirs became. Returns the entries that tell of it; none
 * where nothing was linked. Expects the person's row to be locked.
 */
export async function removeLink(
  transaction: Transaction,
  person: PersonId,
  actor: EntryActor,
): Promise<readonly EntryDraft[]> {
  const { organization } = transaction
  const [removed] = await transaction
    .delete(personIdentity)
    .where(and(eq(personIdentity.organization, organization), eq(personIdentity.person, person)))
    .returning()
  if (removed === undefined) return []
  const entry: EntryDraft = {
    type: 'person-identity.unlinked',
    subject: `person/${person}`,
    actor,
    details: { before: await toldIdentity(transaction, removed), after: null },
  }
  return [entry, ...(await revokeTokenKeysOf(transaction, person, actor))]
}
