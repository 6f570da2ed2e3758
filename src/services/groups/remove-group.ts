import { and, eq } from 'drizzle-orm'
import { approverGroup } from '../../db/control/approver-group.ts'
import { approverGroupMember } from '../../db/control/approver-group-member.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { OrganizationId } from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ServiceContext } from '../context.ts'
import { lockOrganization } from '../organizations/lock-organization.ts'
import { notFound, requireOrganizationKey } from '../organizations/require-organization-key.ts'
import { entryActor } from '../people/entry-actor.ts'
import { requireRight } from '../people/require-right.ts'
import { readGroup } from './read-groups.ts'

/**
 * Removes a group of approvers. A policy that names it has nobody there until the group is made again.
 *
 * @throws Refused `forbidden` unless an owner or admin asks, `not-found` when there is none of that name.
 */
export async function removeGroup(
  { caller, stores }: ServiceContext,
  { organization, name }: { readonly organization: OrganizationId; readonly name: string },
): Promise<void> {
  requireOrganizationKey(caller, organization)
  await withOrganization(stores.control, organization, async (transaction) => {
    await lockOrganization(transaction)
    await requireRight(transaction, caller, 'group.remove')
    const before = await readGroup(transaction, name)
    if (before === undefined) throw notFound()
    await transaction
      .delete(approverGroupMember)
      .where(
        and(eq(approverGroupMember.organization, organization), eq(approverGroupMember.approverGroup, name)),
      )
    await transaction
      .delete(approverGroup)
      .where(and(eq(approverGroup.organization, organization), eq(approverGroup.name, name)))
    await appendEntries(transaction, [
      {
        type: 'group.removed',
        subject: `group/${name}`,
        actor: entryActor(caller),
        details: { before: before.members, after: null },
      },
    ])
  })
}
