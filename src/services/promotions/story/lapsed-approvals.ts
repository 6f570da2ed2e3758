import type { Transaction } from '../../../db/transaction.ts'
import type { DecisionId, PersonId } from '../../../domain/identifiers.ts'
import { couldSign, stepAt } from '../../../domain/promotion/quorum.ts'
import type { CountedDecision, PromotionState } from '../../../domain/promotion/state.ts'
import { mayDo } from '../../../domain/rights/judge.ts'
import { standingOf } from '../../people/standing.ts'
import { signingAuthority } from '../signers/signing-authority.ts'

async function couldSignNow(
  transaction: Transaction,
  state: PromotionState,
  { person, step: position, verdict, groups }: CountedDecision,
): Promise<boolean> {
  const act = verdict === 'override' ? 'promotion.override' : 'promotion.decide'
  const standing = await standingOf(transaction, person, state.facts.destination)
  if (standing === undefined || !mayDo(act, standing)) return false
  const others = state.decisions.map((one) => one.person).filter((one) => one !== person)
  const now = await signingAuthority(transaction, standing, new Set([...state.contributors, ...others]))
  if (verdict === 'override') {
    const breakGlass = state.terms?.breakGlass ?? null
    return breakGlass !== null && now.groups.includes(breakGlass.group)
  }
  const step = stepAt(state, position)
  return (
    step !== undefined &&
    step.kind !== 'external' &&
    couldSign(step, state.escalatedTo, { ...now, person, counted: groups })
  )
}

/**
 * The approvals that the current plan rests on and whose person could not give them any more: deactivated, without a role
 * in the destination, out of a group that they signed for. Where one person stands in for the quorum, theirs alone.
 */
export async function lapsedApprovals(
  transaction: Transaction,
  state: PromotionState,
): Promise<readonly DecisionId[]> {
  const counting = state.overridden ? 'override' : 'approve'
  const lapsed: DecisionId[] = []
  for (const decision of state.decisions.filter(({ verdict }) => verdict === counting)) {
    if (!(await couldSignNow(transaction, state, decision))) lapsed.push(decision.id)
  }
  return lapsed
}

/**
 * Whether a stand-in has approved in somebody's place by a right that would lapse if that person approved as well: one
 * right is not two votes.
 */
export async function isSignedFor(
  transaction: Transaction,
  state: PromotionState,
  person: PersonId,
): Promise<boolean> {
  const without = { ...state, contributors: [...state.contributors, person] }
  for (const decision of state.decisions) {
    const inTheirPlace = decision.verdict === 'approve' && decision.standsInFor?.includes(person) === true
    if (inTheirPlace && !(await couldSignNow(transaction, without, decision))) return true
  }
  return false
}
