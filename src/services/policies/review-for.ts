import type { Transaction } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import { type PolicyReview, reviewPolicy } from '../../domain/policy/review.ts'
import { warningsOfSignIn } from '../../domain/sign-in/warnings.ts'
import type { ServiceContext } from '../context.ts'
import { readLinkedPeople } from '../identity/read-linked-people.ts'
import { readPolicyPeople } from './read-policy-people.ts'

/** Holds a policy of an environment against the people of today, and the sign-in that it asks for against this installation. */
export async function reviewFor(
  transaction: Transaction,
  { identityProvider }: Pick<ServiceContext, 'identityProvider'>,
  environment: EnvironmentId,
  policy: Policy,
): Promise<PolicyReview> {
  const people = await readPolicyPeople(transaction, environment)
  const review = reviewPolicy(policy, people)
  const issuer = identityProvider?.issuer
  const linked = issuer === undefined ? [] : await readLinkedPeople(transaction, issuer)
  const possible = { provider: issuer !== undefined, linked: new Set(linked) }
  return {
    ...review,
    warnings: [...review.warnings, ...warningsOfSignIn(policy, people.candidates, possible)],
  }
}
