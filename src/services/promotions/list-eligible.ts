import { withOrganization } from '../../db/transaction.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { findPromotion } from './find-promotion.ts'
import { type EligibleSigner, eligibleSigners } from './signers/eligible-signers.ts'

/**
 * Who can sign the step of a promotion that waits.
 *
 * @throws Refused `not-found` for who may not read the promotion.
 */
export async function listEligible(
  { caller, stores }: ServiceContext,
  promotion: PromotionId,
): Promise<{ readonly step: number; readonly eligible: readonly EligibleSigner[] }> {
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    const { asked } = await findPromotion(transaction, caller, promotion)
    return { step: asked.step, eligible: await eligibleSigners(transaction, asked) }
  })
}
