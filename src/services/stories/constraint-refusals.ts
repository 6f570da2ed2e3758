import { type Refusal, refused } from '../../domain/stream.ts'

const refusals: Readonly<Record<string, Refusal>> = Object.freeze({
  contributor_may_not_decide: refused(
    'contributor-may-not-decide',
    'Who requested or edited what is promoted may not decide on it.',
  ),
  decision_once: refused('already-decided', 'One person decides once on a plan.'),
  no_decision_after_authorization: refused('illegal-state', 'The promotion is authorized already.'),
  authorization_needs_its_quorum: refused(
    'approval-no-longer-valid',
    'Somebody who approved may no longer do so; another approval is needed.',
  ),
  promotion_target_lock_pkey: refused(
    'promotion-open',
    'Another open promotion would change the same production asset. Wait for it, or withdraw one of them.',
  ),
})

/** The name of the constraint that a database error is about; undefined for any other error. */
export function violatedConstraint(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('constraint' in cause && typeof cause.constraint === 'string') return cause.constraint
  }
  return undefined
}

/** What a violated constraint means to the person who asked; undefined when it is no rule of the product. */
export function refusalOfConstraint(error: unknown): Refusal | undefined {
  const constraint = violatedConstraint(error)
  return constraint === undefined ? undefined : refusals[constraint]
}
