import { withOrganization } from '../../db/transaction.ts'
import type { OrganizationId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { requireOrganizationKey } from '../organizations/require-organization-key.ts'
import type { PageAsked } from '../page-asked.ts'
import { requireRight } from '../people/require-right.ts'
import { type GroupView, readGroups } from './read-groups.ts'

/** Approver groups with their members, by name, to whoever has a role in the organization. */
export async function listGroups(
  { caller, stores }: ServiceContext,
  { organization, ...page }: PageAsked<string> & { readonly organization: OrganizationId },
): Promise<readonly GroupView[]> {
  requireOrganizationKey(caller, organization)
  return withOrganization(stores.control, organization, async (transaction) => {
    await requireRight(transaction, caller, 'people.read')
    return readGroups(transaction, page)
  })
}
