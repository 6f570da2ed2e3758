import { withOrganization } from '../../db/transaction.ts'
import type { ServiceContext } from '../context.ts'
import type { PageAsked } from '../page-asked.ts'
import type { PagePlace } from '../people/read-people.ts'
import { requireRight } from '../people/require-right.ts'
import { type DelegationView, delegationReader, readDelegations } from './read-delegations.ts'

/**
 * The delegations that the caller gave or received, and everybody's for owners, admins and auditors; newest first.
 *
 * @throws Refused `forbidden` to a service account, and to a key of an environment.
 */
export async function listDelegations(
  { caller, stores }: ServiceContext,
  page: PageAsked<PagePlace>,
): Promise<readonly DelegationView[]> {
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    const standing = await requireRight(transaction, caller, 'delegation.read')
    return readDelegations(transaction, delegationReader(standing), page)
  })
}
