import type { Transaction } from '../../../db/transaction.ts'
import type { DecisionId } from '../../../domain/identifiers.ts'
import { isNamed, namedSigners, stepAt } from '../../../domain/promotion/quorum.ts'
import type { PromotionState } from '../../../domain/promotion/state.ts'
import { mayDo } from '../../../domain/rights/judge.ts'
import { standingOf } from '../../people/standing.ts'
import { signingAuthority } from '../signers/signing-authority.ts'

/**
 * The approvals of the current plan whose person could not give them any more: deactivated, without a role in the
 * destination, or out of a group that they signed for.
 */
export async function lapsedApprovals(
  transaction: Transaction,
  state: PromotionState,
): Promise<readonly DecisionId[]> {
  const lapsed: DecisionId[] = []
  for (const { id, person, step: position, verdict, groups } of state.decisions) {
    if (verdict !== 'approve') continue
    const step = stepAt(state, position)
    const standing = await standingOf(transaction, person, state.facts.destination)
    if (step === undefined || standing === undefined || !mayDo('promotion.decide', standing)) {
      lapsed.push(id)
      continue
    }
    const others = state.decisions.map((one) => one.person).filter((one) => one !== person)
    const now = await signingAuthority(transaction, standing, new Set([...state.contributors, ...others]))
    const holds =
      isNamed(namedSigners(step, state.escalatedTo), person, now.groups, now.standsInFor) &&
      groups.every((group) => now.groups.includes(group))
    if (!holds) lapsed.push(id)
  }
  return lapsed
}
