import { withOrganization } from '../../db/transaction.ts'
import type { OrganizationId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { requireOrganizationKey } from '../organizations/require-organization-key.ts'
import { type PagePlace, type PersonView, readPeople } from './read-people.ts'
import { requireRight } from './require-right.ts'

export interface ListPeople {
  readonly organization: OrganizationId
  readonly after: PagePlace | undefined
  readonly limit: number
}

/** Everybody of an organization, newest first, to whoever has a role in it. */
export async function listPeople(
  { caller, stores }: ServiceContext,
  { organization, after, limit }: ListPeople,
): Promise<readonly PersonView[]> {
  requireOrganizationKey(caller, organization)
  return withOrganization(stores.control, organization, async (transaction) => {
    await requireRight(transaction, caller, 'people.read')
    return readPeople(transaction, after, limit)
  })
}
