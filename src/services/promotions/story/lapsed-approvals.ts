import type { Transaction } from '../../../db/transaction.ts'
import type { DecisionId } from '../../../domain/identifiers.ts'
import type { PromotionState } from '../../../domain/promotion/state.ts'
import { mayDo } from '../../../domain/rights/judge.ts'
import { standingOf } from '../../people/standing.ts'

/**
 * The approvals of the current plan whose person could not give them any more: deactivated, without a role in the
 * destination, or out of every group that the step names.
 */
export async function lapsedApprovals(
  transaction: Transaction,
  state: PromotionState,
): Promise<readonly DecisionId[]> {
  const lapsed: DecisionId[] = []
  for (const { id, person, step, verdict } of state.decisions) {
    if (verdict !== 'approve') continue
    const groups = state.steps.find(({ position }) => position === step)?.groups ?? []
    const standing = await standingOf(transaction, person, state.facts.destination)
    const holds =
      standing !== undefined &&
      mayDo('promotion.decide', standing) &&
      (groups.length === 0 || groups.some((group) => standing.groups.includes(group)))
    if (!holds) lapsed.push(id)
  }
  return lapsed
}
