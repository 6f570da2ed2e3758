import { and, eq } from 'drizzle-orm'
import { organizationMember } from '../../db/control/organization-member.ts'
import { person as personTable } from '../../db/control/person.ts'
import { serviceAccount } from '../../db/control/service-account.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import {
  type ActorId,
  identifier,
  type OrganizationId,
  type PersonId,
  type ServiceAccountId,
} from '../../domain/identifiers.ts'
import { appendEntries, type EntryDraft } from '../audit/append-entries.ts'
import { saveText } from '../audit/save-text.ts'
import type { ServiceContext } from '../context.ts'
import { revokeKeysOfAccounts } from '../keys/revoke-keys-of-accounts.ts'
import { keepAnOwner, lockOrganization } from '../organizations/lock-organization.ts'
import { notFound, requireOrganizationKey } from '../organizations/require-organization-key.ts'
import { entryActor } from './entry-actor.ts'
import { type PersonView, readPerson } from './read-people.ts'
import { requireRight } from './require-right.ts'

interface Change {
  readonly name?: string | undefined
  readonly active?: boolean | undefined
}

export interface UpdatePerson {
  readonly organization: OrganizationId
  readonly person: ActorId
  readonly change: Change
}

async function isOwner(transaction: Transaction, id: ActorId): Promise<boolean> {
  const { organization } = transaction
  const member = and(
    eq(organizationMember.organization, organization),
    eq(organizationMember.person, identifier<PersonId>(id)),
  )
  const [row] = await transaction
    .select({ role: organizationMember.role })
    .from(organizationMember)
    .where(member)
  return row?.role === 'owner'
}

async function writeChange(transaction: Transaction, { id, kind }: PersonView, change: Partial<Change>) {
  const { organization } = transaction
  const values = {
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.active === undefined ? {} : { active: change.active }),
  }
  if (kind === 'human') {
    const one = and(eq(personTable.organization, organization), eq(personTable.id, identifier<PersonId>(id)))
    await transaction.update(personTable).set(values).where(one)
  } else {
    const account = identifier<ServiceAccountId>(id)
    const one = and(eq(serviceAccount.organization, organization), eq(serviceAccount.id, account))
    await transaction.update(serviceAccount).set(values).where(one)
  }
}

/**
 * Renames, deactivates or reactivates somebody; nobody is ever deleted. With a human their service accounts lose their
 * keys for good.
 *
 * @throws Refused `forbidden` unless an owner or admin asks, and an owner where an owner is changed; `last-owner` when no
 * active owner would be left.
 */
export async function updatePerson(
  { caller, stores }: ServiceContext,
  { organization, person: id, change }: UpdatePerson,
): Promise<PersonView> {
  requireOrganizationKey(caller, organization)
  return withOrganization(stores.control, organization, async (transaction) => {
    await lockOrganization(transaction)
    await requireRight(transaction, caller, 'person.write')
    const before = await readPerson(transaction, id)
    if (before === undefined) throw notFound()
    if (await isOwner(transaction, id)) await requireRight(transaction, caller, 'owner.write')
    const name = change.name === before.name ? undefined : change.name
    const active = change.active === before.active ? undefined : change.active
    if (name === undefined && active === undefined) return before
    await writeChange(transaction, before, { name, active })
    const actor = entryActor(caller)
    const human = before.kind === 'human'
    const entry: EntryDraft = {
      type: human ? 'person.updated' : 'service-account.updated',
      subject: `${human ? 'person' : 'service-account'}/${id}`,
      actor,
      details: {
        ...(name === undefined ? {} : { name: await saveText(transaction, name) }),
        ...(active === undefined ? {} : { active }),
      },
    }
    const revoked =
      human && active === false
        ? await revokeKeysOfAccounts(transaction, identifier<PersonId>(id), actor)
        : []
    await keepAnOwner(transaction)
    await appendEntries(transaction, [entry, ...revoked])
    return { ...before, name: name ?? before.name, active: active ?? before.active }
  })
}
