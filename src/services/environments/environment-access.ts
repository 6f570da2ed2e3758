import type { Transaction } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { Caller } from '../context.ts'
import { requireOrganizationKey } from '../organizations/require-organization-key.ts'
import { requireAdministrator } from '../people/require-role.ts'
import { Refused } from '../refused.ts'
import type { EnvironmentView } from './read-environments.ts'
import { requireVisible } from './visible-environments.ts'

/** Throws Refused unless the caller has a role in the environment or administers it: `not-found`, or `forbidden`. */
export async function requireReader(
  transaction: Transaction,
  caller: Caller,
  id: EnvironmentId,
): Promise<EnvironmentView> {
  const found = await requireVisible(transaction, caller, id)
  if (found.view !== 'outline') return found
  throw new Refused('forbidden', 'Members and policy are shown to who has a role in the environment.')
}

/** Throws Refused unless the caller administers the environment, with a key of the organization. */
export async function requireEnvironmentAdministrator(
  transaction: Transaction,
  caller: Caller,
  id: EnvironmentId,
): Promise<EnvironmentView> {
  const found = await requireVisible(transaction, caller, id)
  requireOrganizationKey(caller, caller.organization)
  await requireAdministrator(transaction, caller)
  return found
}
