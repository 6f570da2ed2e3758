import { violatedConstraint } from '../../db/violated-constraint.ts'
import { type Refusal, refused } from '../../domain/stream.ts'
import { frozen } from '../freezes/frozen.ts'
import { revokedKey } from './refusal-of-revoked-key.ts'

const refusals: Readonly<Record<string, Refusal>> = Object.freeze({
  contributor_may_not_decide: refused(
    'contributor-may-not-decide',
    'Who requested or edited what is promoted may not decide on it.',
  ),
  decision_once: refused('already-decided', 'One person decides once on a plan.'),
  no_decision_after_expiry: refused('illegal-state', 'The time to decide is over.'),
  no_decision_after_authorization: refused('illegal-state', 'The promotion is authorized already.'),
  authorization_needs_its_quorum: refused(
    'approval-no-longer-valid',
    'Somebody who approved may no longer do so; another approval is needed.',
  ),
  authorization_needs_roles_in_the_destination: refused(
    'approval-no-longer-valid',
    'Somebody who approved has no role in the destination any more; another approval is needed.',
  ),
  authorization_needs_its_verdicts: refused(
    'illegal-state',
    'A system that the plan names has not approved it.',
  ),
  no_verdict_after_expiry: refused('illegal-state', 'The time to decide is over.'),
  no_verdict_after_authorization: refused('illegal-state', 'The promotion is authorized already.'),
  authorization_while_frozen: frozen,
  asked_with_a_standing_key: revokedKey,
  decision_signed_in_as_the_plan_asks: refused(
    'insufficient-authentication',
    'The policy asks for another sign-in, or a more recent one, than this was decided with. Sign in anew, then decide with the new token and a new Idempotency-Key.',
  ),
  automatic_activation_as_signed: refused('forbidden', 'The signed plan leaves activation to a person.'),
  automatic_activation_of_what_landed: refused(
    'illegal-state',
    'Nothing has landed that waits for activation.',
  ),
  automatic_activation_of_nothing_landing_off: refused(
    'forbidden',
    'A bundle with an asset that lands turned off is activated by a person.',
  ),
  automatic_activation_while_frozen: refused(
    'frozen',
    'A freeze of the organization or of the destination is in force: nothing is activated automatically.',
  ),
  rollout_confirmation_pkey: refused('illegal-state', 'This line is confirmed already.'),
  live_after_its_checklist: refused('illegal-state', 'A line of the signed checklist is not confirmed.'),
  live_after_its_soak: refused('illegal-state', 'It has not soaked as long as the signed plan says.'),
  rollback_as_the_policy_says: refused(
    'forbidden',
    'The policy that this was promoted by lets nothing back without approval. Promote the earlier content instead.',
  ),
  restore_as_the_policy_says: refused(
    'forbidden',
    'The policy of this environment lets older versions back by approval alone.',
  ),
  promotion_source_lock_pkey: refused(
    'promotion-open',
    'Another open promotion is about one of these assets. Wait for it, or withdraw one of them.',
  ),
  promotion_target_lock_pkey: refused(
    'promotion-open',
    'Another open promotion would change the same production asset. Wait for it, or withdraw one of them.',
  ),
})

/** What a violated constraint means to the person who asked; undefined when it is no rule of the product. */
export function refusalOfConstraint(error: unknown): Refusal | undefined {
  const constraint = violatedConstraint(error)
  return constraint === undefined ? undefined : refusals[constraint]
}
