import { withOrganization } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { requireReader } from '../environments/environment-access.ts'
import { notFound } from '../organizations/require-organization-key.ts'
import { hideAddresses } from './hide-addresses.ts'
import { readPolicy } from './read-policy.ts'
import { type ProposalView, readProposal } from './read-proposal.ts'

/**
 * The change of an environment's policy that waits for a second person.
 *
 * @throws Refused `not-found` for an environment the caller does not see, or where nothing is proposed.
 */
export async function getPolicyProposal(
  { caller, stores }: ServiceContext,
  environment: EnvironmentId,
): Promise<ProposalView> {
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    await requireReader(transaction, caller, environment)
    const current = await readPolicy(transaction, environment)
    const last = await readProposal(transaction, environment, (current?.version ?? 0) + 1)
    if (last === undefined) throw notFound()
    const { proposal } = last
    const [shown = proposal] = await hideAddresses(transaction, caller, [proposal])
    return shown
  })
}
