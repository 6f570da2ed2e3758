import { and, eq } from 'drizzle-orm'
import { rollout as rolloutTable } from '../../db/control/rollout.ts'
import { withOrganization } from '../../db/transaction.ts'
import { type Instant, instant, type PromotionId } from '../../domain/identifiers.ts'
import type { RolloutPhase } from '../../domain/rollout/rollout.ts'
import type { ServiceContext } from '../context.ts'
import { findPromotion } from '../promotions/find-promotion.ts'
import { Refused } from '../refused.ts'

export interface RolloutView {
  readonly promotion: PromotionId
  readonly revision: number
  readonly state: RolloutPhase
  readonly failure: string | null
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/**
 * The rollout of a promotion: where what landed is on its way to being used.
 *
 * @throws Refused `not-found` for who may not read the promotion, and before anything has landed.
 */
export async function getRollout({ caller, stores }: ServiceContext, id: PromotionId): Promise<RolloutView> {
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    await findPromotion(transaction, caller, id)
    const [row] = await transaction
      .select()
      .from(rolloutTable)
      .where(and(eq(rolloutTable.organization, caller.organization), eq(rolloutTable.id, id)))
    if (row === undefined)
      throw new Refused('not-found', 'Nothing of this promotion has landed in production.')
    return {
      promotion: row.id,
      revision: row.revision,
      state: row.state,
      failure: row.failure,
      createdAt: instant(row.createdAt),
      updatedAt: instant(row.updatedAt),
    }
  })
}
