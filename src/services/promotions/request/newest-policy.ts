import type { Transaction } from '../../../db/transaction.ts'
import type { EnvironmentId } from '../../../domain/identifiers.ts'
import type { Policy } from '../../../domain/policy/policy.ts'
import { readPolicy } from '../../policies/read-policy.ts'
import { Refused } from '../../refused.ts'

export interface NewestPolicy {
  readonly policyVersion: number
  readonly policy: Policy
}

/**
 * The policy that routes what is asked for now.
 *
 * @throws Refused `illegal-state` where the environment has none.
 */
export async function newestPolicy(
  transaction: Transaction,
  environment: EnvironmentId,
): Promise<NewestPolicy> {
  const newest = await readPolicy(transaction, environment)
  if (newest === undefined) {
    throw new Refused(
      'illegal-state',
      'The destination has no policy, so nobody could approve. Set one first.',
    )
  }
  return { policyVersion: newest.version, policy: newest }
}
