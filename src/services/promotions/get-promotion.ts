import { onlyReads, withOrganization } from '../../db/transaction.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { findPromotion } from './find-promotion.ts'
import { type PromotionView, promotionView } from './promotion-view.ts'

/**
 * One promotion, for whoever may read it.
 *
 * @throws Refused `not-found` for anybody else.
 */
export async function getPromotion(
  { caller, stores }: ServiceContext,
  promotion: PromotionId,
): Promise<PromotionView> {
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    const { asked } = await findPromotion(transaction, caller, promotion)
    onlyReads(transaction)
    return promotionView(transaction, asked)
  })
}
