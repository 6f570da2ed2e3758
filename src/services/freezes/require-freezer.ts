import type { Transaction } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { Caller } from '../context.ts'
import { requireReader } from '../environments/environment-access.ts'
import { requireRight } from '../people/require-right.ts'
import { readPolicy } from '../policies/read-policy.ts'

/**
 * Lets owners and admins freeze an environment, and members of the groups that its policy names for it, by the version that
 * is in force now.
 *
 * @throws Refused `not-found` or `forbidden` for everybody else.
 */
export async function requireFreezer(
  transaction: Transaction,
  caller: Caller,
  environment: EnvironmentId,
): Promise<void> {
  await requireReader(transaction, caller, environment)
  const { mayFreeze = [] } = (await readPolicy(transaction, environment)) ?? {}
  await requireRight(transaction, caller, 'environment.freeze', { environment, policyGroups: mayFreeze })
}
