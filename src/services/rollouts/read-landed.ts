import { and, asc, eq } from 'drizzle-orm'
import { promotionItem } from '../../db/control/promotion-item.ts'
import { receipt } from '../../db/control/receipt.ts'
import { content } from '../../db/every-store/content.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { RevisionReference } from '../../domain/promotion/revision.ts'

/** The items of a landed revision in their order, each with the version that its receipt names and its bytes. */
export function readLanded(
  transaction: Transaction,
  { promotion, revision }: Pick<RevisionReference, 'promotion' | 'revision'>,
) {
  return transaction
    .select({
      position: promotionItem.position,
      type: promotionItem.type,
      target: promotionItem.targetAsset,
      digest: promotionItem.renderedDigest,
      version: receipt.landedVersion,
      bytes: content.bytes,
    })
    .from(promotionItem)
    .leftJoin(
      receipt,
      and(
        eq(receipt.organization, promotionItem.organization),
        eq(receipt.promotion, promotionItem.promotion),
        eq(receipt.revision, promotionItem.revision),
        eq(receipt.position, promotionItem.position),
      ),
    )
    .leftJoin(
      content,
      and(
        eq(content.organization, promotionItem.organization),
        eq(content.digest, promotionItem.renderedDigest),
      ),
    )
    .where(
      and(
        eq(promotionItem.organization, transaction.organization),
        eq(promotionItem.promotion, promotion),
        eq(promotionItem.revision, revision),
      ),
    )
    .orderBy(asc(promotionItem.position))
}
