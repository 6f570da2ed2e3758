import { withOrganization } from '../../db/transaction.ts'
import type { OrganizationId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { notFound, requireOrganizationKey } from '../organizations/require-organization-key.ts'
import { requireRight } from '../people/require-right.ts'
import { type GroupView, readGroup } from './read-groups.ts'

/**
 * One approver group with its members, to whoever has a role in the organization.
 *
 * @throws Refused `not-found` when there is none of that name.
 */
export async function getGroup(
  { caller, stores }: ServiceContext,
  { organization, name }: { readonly organization: OrganizationId; readonly name: string },
): Promise<GroupView> {
  requireOrganizationKey(caller, organization)
  return withOrganization(stores.control, organization, async (transaction) => {
    await requireRight(transaction, caller, 'people.read')
    const group = await readGroup(transaction, name)
    if (group === undefined) throw notFound()
    return group
  })
}
