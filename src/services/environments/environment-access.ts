import type { Transaction } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { Act } from '../../domain/rights/acts.ts'
import type { Circumstances } from '../../domain/rights/judge.ts'
import type { Caller } from '../context.ts'
import { notFound, requireOrganizationKey } from '../organizations/require-organization-key.ts'
import { requireRight } from '../people/require-right.ts'
import { Refused } from '../refused.ts'
import type { EnvironmentView } from './read-environments.ts'
import { requireVisible, type VisibleEnvironment } from './visible-environments.ts'

/** Beyond its outline an environment is not there for who has no role in it and does not administer it. */
function requireMoreThanOutline({ view, role }: VisibleEnvironment): void {
  if (view === 'outline' && role === null) throw notFound()
}

/** Throws Refused `not-found` or `forbidden` unless the caller may see the environment's members and policy. */
export async function requireReader(
  transaction: Transaction,
  caller: Caller,
  id: EnvironmentId,
): Promise<EnvironmentView> {
  const found = await requireVisible(transaction, caller, id)
  requireMoreThanOutline(found)
  if (found.view !== 'outline') return found
  throw new Refused(
    'forbidden',
    'This key opens another environment. Members and policy take a key of this one, or of the organization.',
  )
}

/** Throws Refused unless the caller may do this about the environment, with a key of the organization. */
export async function requireEnvironmentRight(
  transaction: Transaction,
  caller: Caller,
  id: EnvironmentId,
  act: Act,
  about: Circumstances = {},
): Promise<EnvironmentView> {
  const found = await requireVisible(transaction, caller, id)
  requireMoreThanOutline(found)
  requireOrganizationKey(caller, caller.organization)
  await requireRight(transaction, caller, act, about)
  return found
}
