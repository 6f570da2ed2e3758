import { withOrganization } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import { compareText } from '../../domain/plan/compare-text.ts'
import type { ServiceContext } from '../context.ts'
import { readOrganizationFreeze } from '../freezes/read-organization-freeze.ts'
import type { PageAsked } from '../page-asked.ts'
import type { ReadEnvironment } from './get-environment.ts'
import { visibleEnvironments } from './visible-environments.ts'

/** The environments that the caller sees with their key, newest first. */
export async function listEnvironments(
  { caller, stores }: ServiceContext,
  { after, limit }: PageAsked<EnvironmentId>,
): Promise<readonly ReadEnvironment[]> {
  const visible = await withOrganization(stores.control, caller.organization, async (transaction) => {
    const organizationFreeze = await readOrganizationFreeze(transaction)
    const seen = await visibleEnvironments(transaction, caller)
    return seen.map((environment) => ({ ...environment, organizationFreeze }))
  })
  return visible
    .filter(({ id }) => after === undefined || id < after)
    .toSorted((one, other) => compareText(other.id, one.id))
    .slice(0, limit)
}
