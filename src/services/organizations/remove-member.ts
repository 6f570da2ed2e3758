import { and, eq } from 'drizzle-orm'
import { organizationMember } from '../../db/control/organization-member.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { OrganizationId, PersonId } from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ServiceContext } from '../context.ts'
import { entryActor } from '../people/entry-actor.ts'
import { requireRight } from '../people/require-right.ts'
import { keepAnOwner, lockOrganization } from './lock-organization.ts'
import { notFound, requireOrganizationKey } from './require-organization-key.ts'

/**
 * Takes somebody's role in the organization away.
 *
 * @throws Refused `forbidden` unless an owner asks, `not-found` when they have none, `last-owner` when no active owner
 * would be left.
 */
export async function removeMember(
  { caller, stores }: ServiceContext,
  { organization, person }: { readonly organization: OrganizationId; readonly person: PersonId },
): Promise<void> {
  requireOrganizationKey(caller, organization)
  await withOrganization(stores.control, organization, async (transaction) => {
    await lockOrganization(transaction)
    await requireRight(transaction, caller, 'organization-role.give')
    const [before] = await transaction
      .delete(organizationMember)
      .where(and(eq(organizationMember.organization, organization), eq(organizationMember.person, person)))
      .returning({ role: organizationMember.role, auditor: organizationMember.auditor })
    if (before === undefined) throw notFound()
    await keepAnOwner(transaction)
    await appendEntries(transaction, [
      {
        type: 'organization-member.removed',
        subject: `person/${person}`,
        actor: entryActor(caller),
        details: { person, before, after: null },
      },
    ])
  })
}
