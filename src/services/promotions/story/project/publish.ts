import { and, eq, sql } from 'drizzle-orm'
import { association } from '../../../../db/control/association.ts'
import { promotionItem } from '../../../../db/control/promotion-item.ts'
import { receipt } from '../../../../db/control/receipt.ts'
import { rollout } from '../../../../db/control/rollout.ts'
import { insertRows } from '../../../../db/insert-rows.ts'
import type { Transaction } from '../../../../db/transaction.ts'
import type { PromotionState } from '../../../../domain/promotion/state.ts'

/** Links every staging asset with its landed copy, as receipted, and opens the rollout. */
export async function projectPublication(transaction: Transaction, state: PromotionState): Promise<void> {
  const { organization } = transaction
  const { promotion, destination } = state.facts
  const { revision } = state
  const items = await transaction
    .select({ item: promotionItem, receipt })
    .from(promotionItem)
    .innerJoin(
      receipt,
      and(
        eq(receipt.organization, promotionItem.organization),
        eq(receipt.promotion, promotionItem.promotion),
        eq(receipt.revision, promotionItem.revision),
        eq(receipt.position, promotionItem.position),
      ),
    )
    .where(
      and(
        eq(promotionItem.organization, organization),
        eq(promotionItem.promotion, promotion),
        eq(promotionItem.revision, revision),
      ),
    )
  if (items.length !== state.items.length)
    throw new Error('a promotion is published with a receipt for every item')
  for (const { item, receipt: received } of items) {
    const link = {
      sourceVersion: item.sourceVersion,
      sourceDigest: item.sourceDigest,
      targetVersion: received.landedVersion,
      targetDigest: received.landedDigest,
      promotion,
      revision,
      position: item.position,
    }
    const updated = await transaction
      .update(association)
      .set({ ...link, associatedAt: sql`clock_timestamp()` })
      .where(
        and(
          eq(association.organization, organization),
          eq(association.sourceAsset, item.sourceAsset),
          eq(association.destinationEnvironment, destination),
        ),
      )
      .returning({ target: association.targetAsset })
    if (updated.length > 0) continue
    await insertRows(transaction, association, [
      {
        organization,
        sourceAsset: item.sourceAsset,
        destinationEnvironment: destination,
        targetAsset: item.targetAsset,
        ...link,
      },
    ])
  }
  await insertRows(transaction, rollout, [{ organization, id: promotion, revision }])
}
