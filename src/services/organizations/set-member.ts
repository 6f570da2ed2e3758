import { withOrganization } from '../../db/transaction.ts'
import type { OrganizationId } from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ServiceContext } from '../context.ts'
import { entryActor } from '../people/entry-actor.ts'
import { readPerson } from '../people/read-people.ts'
import { requireRight } from '../people/require-right.ts'
import type { MemberView } from './list-members.ts'
import { keepAnOwner, lockOrganization } from './lock-organization.ts'
import { notFound, requireOrganizationKey } from './require-organization-key.ts'
import { writeMember } from './write-member.ts'

export interface SetMember {
  readonly organization: OrganizationId
  readonly member: MemberView
}

/**
 * Gives a human a role in the organization, in place of the one they had.
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
    const entry = await writeMember(transaction, entryActor(caller), member)
    await keepAnOwner(transaction)
    await appendEntries(transaction, [entry])
    return member
  })
}
