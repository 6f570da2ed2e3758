import { and, eq } from 'drizzle-orm'
import { organizationMember } from '../../db/control/organization-member.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import { type ActorId, identifier, type OrganizationId, type PersonId } from '../../domain/identifiers.ts'
import { appendEntries, type EntryActor } from '../audit/append-entries.ts'
import type { Caller, ServiceContext } from '../context.ts'
import { lockPerson } from '../identity/lock-person.ts'
import { removeLink } from '../identity/remove-link.ts'
import { keepAnOwner, lockOrganization } from '../organizations/lock-organization.ts'
import { notFound, requireOrganizationKey } from '../organizations/require-organization-key.ts'
import { Refused } from '../refused.ts'
import { entryActor } from './entry-actor.ts'
import { type PersonView, readPerson } from './read-people.ts'
import { requireActiveHuman } from './require-active-human.ts'
import { requireRight } from './require-right.ts'
import { type PersonChange, writePersonChange } from './write-person-change.ts'

interface AskedChange {
  readonly name?: string | undefined
  readonly active?: boolean | undefined
  /** Of a service account: the human it acts for from now on. */
  readonly owner?: PersonId | undefined
  /** Null removes a human's link to their identity. */
  readonly identity?: null | undefined
}

export interface UpdatePerson {
  readonly organization: OrganizationId
  readonly person: ActorId
  readonly change: AskedChange
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

function requireOwnKey({ via }: Caller): void {
  if (via !== 'token') return
  throw new Refused(
    'forbidden',
    'A token changes no link to an identity, its own or another. Use an API key of yours to remove one.',
  )
}

async function removeLinkOf(transaction: Transaction, { id, kind }: PersonView, actor: EntryActor) {
  if (kind === 'service') {
    const errors = [{ pointer: '/identity', message: 'is of humans alone' }]
    throw new Refused('invalid-body', 'Only a human has an identity.', errors)
  }
  const person = identifier<PersonId>(id)
  await lockPerson(transaction, person)
  return removeLink(transaction, person, actor)
}

function differenceTo(before: PersonView, { name, active, owner }: AskedChange): PersonChange {
  if (owner !== undefined && before.kind === 'human') {
    const errors = [{ pointer: '/owner', message: 'is of service accounts alone' }]
    throw new Refused('invalid-body', 'Only a service account has an owner.', errors)
  }
  return {
    ...(name === undefined || name === before.name ? {} : { name }),
    ...(active === undefined || active === before.active ? {} : { active }),
    ...(owner === undefined || owner === before.owner ? {} : { owner }),
  }
}

/**
 * Renames, deactivates or reactivates somebody, gives a service account another owner, or removes a human's link to their
 * identity; nobody is ever deleted. The same again changes nothing.
 *
 * @throws Refused `forbidden` unless an owner or admin asks, an owner where an owner is changed, and to a token that
 * would remove a link; `last-owner` when no active owner would be left.
 */
export async function updatePerson(
  { caller, stores }: ServiceContext,
  { organization, person: id, change: asked }: UpdatePerson,
): Promise<PersonView> {
  requireOrganizationKey(caller, organization)
  return withOrganization(stores.control, organization, async (transaction) => {
    await lockOrganization(transaction)
    await requireRight(transaction, caller, 'person.write')
    const before = await readPerson(transaction, id)
    if (before === undefined) throw notFound()
    if (await isOwner(transaction, id)) await requireRight(transaction, caller, 'owner.write')
    if (asked.identity === null) requireOwnKey(caller)
    const actor = entryActor(caller)
    const unlinked = asked.identity === null ? await removeLinkOf(transaction, before, actor) : []
    const change = differenceTo(before, asked)
    if (change.owner !== undefined) {
      await requireRight(transaction, caller, 'account.hand-over')
      await requireActiveHuman(transaction, change.owner)
    }
    const changed = Object.keys(change).length > 0
    const entries = changed ? await writePersonChange(transaction, actor, before, change) : []
    await keepAnOwner(transaction)
    if (entries.length + unlinked.length > 0) await appendEntries(transaction, [...unlinked, ...entries])
    return { ...before, ...change }
  })
}
