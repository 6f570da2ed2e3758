import { withOrganization } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { type OrganizationFreezeView, readOrganizationFreeze } from '../freezes/read-organization-freeze.ts'
import { requireVisible, type VisibleEnvironment } from './visible-environments.ts'

/** An environment as it is answered: with what stops promotions into it. */
export interface ReadEnvironment extends VisibleEnvironment {
  readonly organizationFreeze: OrganizationFreezeView | null
}

/**
 * One environment that the caller sees with their key.
 *
 * @throws Refused `not-found` for any other.
 */
export async function getEnvironment(
  { caller, stores }: ServiceContext,
  id: EnvironmentId,
): Promise<ReadEnvironment> {
  return withOrganization(stores.control, caller.organization, async (transaction) => ({
    ...(await requireVisible(transaction, caller, id)),
    organizationFreeze: await readOrganizationFreeze(transaction),
  }))
}
