import type { StorePool } from '../../../db/pool.ts'
import { withOrganization } from '../../../db/transaction.ts'
import type { DecisionId } from '../../../domain/identifiers.ts'
import type { StreamReference } from '../../../domain/stream.ts'
import { lapsedApprovals } from './lapsed-approvals.ts'
import { promotionRules } from './promotion-rules.ts'

/** The approvals of a promotion's current plan that no longer hold, as rights are now. */
export async function findLapsedApprovals(
  control: StorePool,
  stream: StreamReference,
): Promise<readonly DecisionId[]> {
  return withOrganization(control, stream.organization, async (transaction) => {
    const { facts, events } = await promotionRules.load(transaction, stream)
    return lapsedApprovals(transaction, events.reduce(promotionRules.evolve, promotionRules.begin(facts)))
  })
}
