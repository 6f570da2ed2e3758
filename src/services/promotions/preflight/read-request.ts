import { and, asc, eq } from 'drizzle-orm'
import { policy as policyTable } from '../../../db/control/policy.ts'
import { promotion as promotionTable } from '../../../db/control/promotion.ts'
import { promotionPin } from '../../../db/control/promotion-pin.ts'
import { promotionSnapshot } from '../../../db/control/promotion-snapshot.ts'
import { content as contentTable } from '../../../db/every-store/content.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { findAssetType } from '../../../domain/asset/registry.ts'
import type { AssetId, Digest, PersonId, PromotionId } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { readContent } from '../../content/save-content.ts'
import { NeverStored } from '../../stories/never-stored.ts'
import { asRequestDocument, type RequestDocument } from './request-document.ts'

/** One frozen asset of a revision. */
export interface FrozenAsset {
  readonly asset: AssetId
  readonly type: AssetType
  readonly name: string
  readonly version: number
  readonly digest: Digest
  readonly content: JsonValue
  readonly editors: readonly PersonId[]
}

export interface FrozenRequest {
  readonly asked: typeof promotionTable.$inferSelect
  readonly policyDocument: JsonValue
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
  const [row] = await transaction
    .select({ asked: promotionTable, policy: policyTable.document })
    .from(promotionTable)
    .innerJoin(
      policyTable,
      and(
        eq(policyTable.organization, promotionTable.organization),
        eq(policyTable.environment, promotionTable.destinationEnvironment),
        eq(policyTable.version, promotionTable.policyVersion),
      ),
    )
    .where(and(eq(promotionTable.organization, organization), eq(promotionTable.id, promotion)))
  const request = row && (await readContent(transaction, row.asked.request))
  if (row === undefined || request === undefined) throw new NeverStored('no such promotion was stored')
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
  const assets = rows.map(({ pin, snapshot, bytes }): FrozenAsset => {
    const type = findAssetType(pin.type)
    if (snapshot === null || bytes === null || type === undefined) {
      throw new NeverStored('a pinned version has not been frozen')
    }
    const { asset, version, digest } = pin
    const { name, editors } = snapshot
    return { asset, type, name, version, digest, content: parseStrict(bytes), editors }
  })
  return {
    asked: row.asked,
    policyDocument: parseStrict(row.policy),
    document: asRequestDocument(parseStrict(request)),
    assets,
  }
}
