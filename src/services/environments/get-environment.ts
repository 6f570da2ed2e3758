import { withOrganization } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { requireVisible, type VisibleEnvironment } from './visible-environments.ts'

/**
 * One environment that the caller sees with their key.
 *
 * @throws Refused `not-found` for any other.
 */
export async function getEnvironment(
  { caller, stores }: ServiceContext,
  id: EnvironmentId,
): Promise<VisibleEnvironment> {
  return withOrganization(stores.control, caller.organization, (transaction) =>
    requireVisible(transaction, caller, id),
  )
}
