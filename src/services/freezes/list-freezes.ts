import { withOrganization } from '../../db/transaction.ts'
import type { EnvironmentId, FreezeId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { requireReader } from '../environments/environment-access.ts'
import type { PageAsked } from '../page-asked.ts'
import { type FreezeView, readFreezes } from './read-freezes.ts'

/**
 * The freezes of an environment, newest first: in force, still to come, over and lifted.
 *
 * @throws Refused `not-found` or `forbidden` unless the caller may see the environment's policy.
 */
export async function listFreezes(
  { caller, stores }: ServiceContext,
  { environment, ...page }: PageAsked<FreezeId> & { readonly environment: EnvironmentId },
): Promise<readonly FreezeView[]> {
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    await requireReader(transaction, caller, environment)
    return readFreezes(transaction, environment, page)
  })
}
