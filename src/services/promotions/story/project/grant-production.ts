import { and, eq } from 'drizzle-orm'
import { type GrantPurpose, productionGrant } from '../../../../db/control/production-grant.ts'
import { productionGrantFence } from '../../../../db/control/production-grant-fence.ts'
import { promotionItem } from '../../../../db/control/promotion-item.ts'
import { insertRows } from '../../../../db/insert-rows.ts'
import type { Transaction } from '../../../../db/transaction.ts'
import type { CommandId, PromotionId } from '../../../../domain/identifiers.ts'
import { issueFences } from './fences.ts'

export interface Grant {
  readonly promotion: PromotionId
  readonly revision: number
  readonly purpose: GrantPurpose
  /** From 1; only a roll-back is allowed again, after production refused it. */
  readonly attempt?: number
  /** The log entry that the allowance rests on. */
  readonly entry: string
  /** Of the person who asked for it; without one an activation rests on the signed plan, which the database looks at. */
  readonly command?: CommandId
}

/** Lets production act on a revision for one purpose, under new fences for all its targets. */
export async function grantProduction(transaction: Transaction, grant: Grant): Promise<void> {
  const { organization } = transaction
  const { promotion, revision, purpose, attempt = 1 } = grant
  const items = await transaction
    .select({ position: promotionItem.position, target: promotionItem.targetAsset })
    .from(promotionItem)
    .where(
      and(
        eq(promotionItem.organization, organization),
        eq(promotionItem.promotion, promotion),
        eq(promotionItem.revision, revision),
      ),
    )
  const fences = await issueFences(
    transaction,
    items.map(({ target }) => target),
  )
  await insertRows(transaction, productionGrant, [{ organization, ...grant }])
  await insertRows(
    transaction,
    productionGrantFence,
    items.map(({ position, target }) => ({
      organization,
      promotion,
      revision,
      purpose,
      attempt,
      position,
      targetAsset: target,
      fence: fences.get(target) ?? 0,
    })),
  )
}
