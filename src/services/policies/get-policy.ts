import { withOrganization } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { requireReader } from '../environments/environment-access.ts'
import { notFound } from '../organizations/require-organization-key.ts'
import { hideAddresses } from './hide-addresses.ts'
import { type PolicyView, readPolicy } from './read-policy.ts'

/**
 * The policy that routes promotions into an environment.
 *
 * @throws Refused `not-found` for an environment the caller does not see, or one without a policy.
 */
export async function getPolicy(
  { caller, stores }: ServiceContext,
  environment: EnvironmentId,
): Promise<PolicyView> {
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    await requireReader(transaction, caller, environment)
    const policy = await readPolicy(transaction, environment)
    if (policy === undefined) throw notFound()
    const [shown = policy] = await hideAddresses(transaction, caller, [policy])
    return shown
  })
}
