import type { Transaction } from '../../../db/transaction.ts'
import type { DecisionId } from '../../../domain/identifiers.ts'
import { isNamed, namedSigners, stepAt } from '../../../domain/promotion/quorum.ts'
import type { PromotionState } from '../../../domain/promotion/state.ts'
import { mayDo } from '../../../domain/rights/judge.ts'
import { standingOf } from '../../people/standing.ts'

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
    const holds =
      step !== undefined &&
      standing !== undefined &&
      mayDo('promotion.decide', standing) &&
      isNamed(namedSigners(step, state.escalatedTo), person, standing.groups) &&
      groups.every((group) => standing.groups.includes(group))
    if (!holds) lapsed.push(id)
  }
  return lapsed
}
