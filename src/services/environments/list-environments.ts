import { withOrganization } from '../../db/transaction.ts'
import type { ServiceContext } from '../context.ts'
import { type VisibleEnvironment, visibleEnvironments } from './visible-environments.ts'

/** The environments that the caller sees with their key. */
export async function listEnvironments({
  caller,
  stores,
}: ServiceContext): Promise<readonly VisibleEnvironment[]> {
  return withOrganization(stores.control, caller.organization, (transaction) =>
    visibleEnvironments(transaction, caller),
  )
}
