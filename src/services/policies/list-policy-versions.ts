import { withOrganization } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { requireReader } from '../environments/environment-access.ts'
import { hideAddresses } from './hide-addresses.ts'
import { type PolicyView, readPolicyVersions, type VersionsAsked } from './read-policy.ts'

/**
 * The versions of an environment's policy, newest first, with who proposed and who confirmed each.
 *
 * @throws Refused `not-found` for an environment the caller does not see.
 */
export async function listPolicyVersions(
  { caller, stores }: ServiceContext,
  { environment, before, limit }: VersionsAsked & { readonly environment: EnvironmentId },
): Promise<readonly PolicyView[]> {
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    await requireReader(transaction, caller, environment)
    const versions = await readPolicyVersions(transaction, environment, { before, limit: limit + 1 })
    return hideAddresses(transaction, caller, versions)
  })
}
