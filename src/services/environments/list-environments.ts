import { withOrganization } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import { compareText } from '../../domain/plan/compare-text.ts'
import type { ServiceContext } from '../context.ts'
import type { PageAsked } from '../page-asked.ts'
import { type VisibleEnvironment, visibleEnvironments } from './visible-environments.ts'

/** The environments that the caller sees with their key, newest first. */
export async function listEnvironments(
  { caller, stores }: ServiceContext,
  { after, limit }: PageAsked<EnvironmentId>,
): Promise<readonly VisibleEnvironment[]> {
  const visible = await withOrganization(stores.control, caller.organization, (transaction) =>
    visibleEnvironments(transaction, caller),
  )
  return visible
    .filter(({ id }) => after === undefined || id < after)
    .toSorted((one, other) => compareText(other.id, one.id))
    .slice(0, limit)
}
