import { and, eq } from 'drizzle-orm'
import { organizationMember } from '../../db/control/organization-member.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { OrganizationId, PersonId } from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ServiceContext } from '../context.ts'
import { entryActor } from '../people/entry-actor.ts'
import { readPerson } from '../people/read-people.ts'
import { requireRight } from '../people/require-right.ts'
import type { MemberView } from './list-members.ts'
import { keepAnOwner, lockOrganization } from './lock-organization.ts'
import { notFound, requireOrganizationKey } from './require-organization-key.ts'
import { type HeldRole, writeMember } from './write-member.ts'

export interface SetMember {
  readonly organization: OrganizationId
  readonly member: MemberView
}

async function readHeldRole(transaction: Transaction, person: PersonId): Promise<HeldRole | null> {
  const { organization } = transaction
  const [held = null] = await transaction
    .select({ role: organizationMember.role, auditor: organizationMember.auditor })
    .from(organizationMember)
    .where(and(eq(organizationMember.organization, organization), eq(organizationMember.person, person)))
  return held
}

/**
 * Gives a human a role in the organization, in place of the one they had. The same again changes nothing.
 *
 * @throws Refused `forbidden` unless an owner asks, `not-found` for nobody's or a service account's id, `last-owner` when
 * no active owner would be left.
 */
export async function setMember(
  { caller, stores }: ServiceContext,
  { organization, member }: SetMember,
): Promise<MemberView> {
  requireOrganizationKey(caller, organization)
  return withOrganization(stores.control, organization, async (transaction) => {
    await lockOrganization(transaction)
    await requireRight(transaction, caller, 'organization-role.give')
    const found = await readPerson(transaction, member.person)
    if (found?.kind !== 'human') throw notFound()
    const before = await readHeldRole(transaction, member.person)
    if (before?.role === member.role && before.auditor === member.grants.includes('auditor')) return member
    const entry = await writeMember(transaction, entryActor(caller), member, before)
    await keepAnOwner(transaction)
    await appendEntries(transaction, [entry])
    return member
  })
}
