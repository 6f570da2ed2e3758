import { and, eq } from 'drizzle-orm'
import { person as personTable } from '../../db/control/person.ts'
import { serviceAccount } from '../../db/control/service-account.ts'
import type { Transaction } from '../../db/transaction.ts'
import { identifier, type PersonId, type ServiceAccountId } from '../../domain/identifiers.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { EntryActor, EntryDraft } from '../audit/append-entries.ts'
import { saveText } from '../audit/save-text.ts'
import { accountsOf, revokeKeysOf } from '../keys/revoke-keys-of.ts'
import type { PersonView } from './read-people.ts'

/** What is to be different about somebody; what stays the same is left out. */
export interface PersonChange {
  readonly name?: string
  readonly active?: boolean
  /** Of a service account: the human it acts for from now on. */
  readonly owner?: PersonId
}

async function write(transaction: Transaction, { id, kind }: PersonView, change: PersonChange) {
  const { organization } = transaction
  if (kind === 'human') {
    const one = and(eq(personTable.organization, organization), eq(personTable.id, identifier<PersonId>(id)))
    await transaction.update(personTable).set(change).where(one)
  } else {
    const account = identifier<ServiceAccountId>(id)
    const one = and(eq(serviceAccount.organization, organization), eq(serviceAccount.id, account))
    await transaction.update(serviceAccount).set(change).where(one)
  }
}

async function told(transaction: Transaction, { name, active, owner }: PersonChange): Promise<JsonObject> {
  return {
    ...(name === undefined ? {} : { name: { ...(await saveText(transaction, name)) } }),
    ...(active === undefined ? {} : { active }),
    ...(owner === undefined ? {} : { owner }),
  }
}

async function keysLost(
  transaction: Transaction,
  { id, kind }: PersonView,
  { active, owner }: PersonChange,
  actor: EntryActor,
): Promise<readonly EntryDraft[]> {
  if (kind === 'human') {
    if (active !== false) return []
    const accounts = await accountsOf(transaction, identifier<PersonId>(id))
    return revokeKeysOf(transaction, accounts, actor, 'owner-deactivated')
  }
  return owner === undefined ? [] : revokeKeysOf(transaction, [id], actor, 'owner-changed')
}

/**
 * Writes what is to be different about somebody and returns the entries that tell of it. With a human who is deactivated
 * their service accounts lose their keys, and so does an account with its owner.
 */
export async function writePersonChange(
  transaction: Transaction,
  actor: EntryActor,
  person: PersonView,
  change: PersonChange,
): Promise<readonly EntryDraft[]> {
  await write(transaction, person, change)
  const { id, kind, name, active, owner } = person
  const before: PersonChange = {
    ...(change.name === undefined ? {} : { name }),
    ...(change.active === undefined ? {} : { active }),
    ...(change.owner === undefined || owner === null ? {} : { owner }),
  }
  const entry: EntryDraft = {
    type: kind === 'human' ? 'person.updated' : 'service-account.updated',
    subject: `${kind === 'human' ? 'person' : 'service-account'}/${id}`,
    actor,
    details: { before: await told(transaction, before), after: await told(transaction, change) },
  }
  return [entry, ...(await keysLost(transaction, person, change, actor))]
}
