import { withOrganization } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { PolicyReview } from '../../domain/policy/review.ts'
import type { ServiceContext } from '../context.ts'
import { requireEnvironmentRight } from '../environments/environment-access.ts'
import { notFound } from '../organizations/require-organization-key.ts'
import { readPolicy } from './read-policy.ts'
import { refuseUnknown } from './refuse-unknown.ts'
import { refuseUnreachable } from './refuse-unreachable.ts'
import { reviewFor } from './review-for.ts'

export interface CheckPolicy {
  readonly environment: EnvironmentId
  /** The one in force when left out. */
  readonly policy?: Policy | undefined
}

export interface CheckedPolicy extends PolicyReview {
  readonly environment: EnvironmentId
  /** Of the policy in force, where that was checked. */
  readonly version: number | null
}

/**
 * Holds a policy against the people of today: who could sign each step, which rules nobody could satisfy, and what its
 * author should know. Changes nothing.
 *
 * @throws Refused `forbidden` unless an owner or admin asks, `not-found` where no policy is in force, `invalid-body` for
 *   what the organization does not have, or a check that could never be asked.
 */
export async function checkPolicy(
  context: ServiceContext,
  { environment, policy }: CheckPolicy,
): Promise<CheckedPolicy> {
  const { caller, stores } = context
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    await requireEnvironmentRight(transaction, caller, environment, 'policy.check')
    const current = policy === undefined ? await readPolicy(transaction, environment) : undefined
    const checked = policy ?? current
    if (checked === undefined) throw notFound()
    if (policy !== undefined) {
      refuseUnreachable(policy, context.refusalOfAddress)
      await refuseUnknown(transaction, environment, policy)
    }
    const review = await reviewFor(transaction, context, environment, checked)
    return { environment, version: current?.version ?? null, ...review }
  })
}
