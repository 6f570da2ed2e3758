import { and, asc, eq } from 'drizzle-orm'
import { promotionPin } from '../../../db/control/promotion-pin.ts'
import { promotionSnapshot } from '../../../db/control/promotion-snapshot.ts'
import { content as contentTable } from '../../../db/every-store/content.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetType } from '../../../domain/asset/asset-type.ts'
import type { AssetId, Digest, PersonId, PromotionId } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { findTypes } from '../../assets/types/find-types.ts'
import { readContent } from '../../content/save-content.ts'
import { NeverStored } from '../../stories/never-stored.ts'
import { type RoutedPromotion, readRoutedPromotion } from '../story/read-routed-promotion.ts'
import { asRequestDocument, type RequestDocument } from './request-document.ts'

/** One frozen asset of a revision. */
export interface FrozenAsset {
  readonly asset: AssetId
  readonly type: AssetType
  readonly name: string
  readonly version: number
  readonly digest: Digest
  /** Null once it was erased. */
  readonly content: JsonValue
  readonly erased: boolean
  readonly editors: readonly PersonId[]
}

export interface FrozenRequest extends RoutedPromotion {
  readonly document: RequestDocument
  /** In the order they were asked for. */
  readonly assets: readonly FrozenAsset[]
}

/**
 * A revision as it was asked for and frozen.
 *
 * @throws NeverStored when the promotion does not exist or a pin has not been frozen.
 */
export async function readFrozenRequest(
  transaction: Transaction,
  promotion: PromotionId,
  revision: number,
): Promise<FrozenRequest> {
  const { organization } = transaction
  const routed = await readRoutedPromotion(transaction, promotion)
  const request = await readContent(transaction, routed.asked.request)
  if (request === undefined) throw new NeverStored('what was asked for is no longer stored')
  const rows = await transaction
    .select({ pin: promotionPin, snapshot: promotionSnapshot, bytes: contentTable.bytes })
    .from(promotionPin)
    .leftJoin(
      promotionSnapshot,
      and(
        eq(promotionSnapshot.organization, promotionPin.organization),
        eq(promotionSnapshot.promotion, promotionPin.promotion),
        eq(promotionSnapshot.revision, promotionPin.revision),
        eq(promotionSnapshot.asset, promotionPin.asset),
      ),
    )
    .leftJoin(
      contentTable,
      and(
        eq(contentTable.organization, promotionPin.organization),
        eq(contentTable.digest, promotionPin.digest),
      ),
    )
    .where(
      and(
        eq(promotionPin.organization, organization),
        eq(promotionPin.promotion, promotion),
        eq(promotionPin.revision, revision),
      ),
    )
    .orderBy(asc(promotionPin.position))
  const types = await findTypes(
    transaction,
    rows.map(({ pin }) => pin.type),
    'hold',
  )
  const assets = rows.map(({ pin, snapshot, bytes }): FrozenAsset => {
    const type = types.get(pin.type)
    if (snapshot === null || type === undefined) {
      throw new NeverStored('a pinned version has not been frozen')
    }
    const { asset, version, digest } = pin
    const { name, editors } = snapshot
    const erased = bytes === null
    return {
      asset,
      type,
      name,
      version,
      digest,
      content: erased ? null : parseStrict(bytes),
      erased,
      editors,
    }
  })
  return {
    ...routed,
    document: asRequestDocument(parseStrict(request)),
    assets,
  }
}
