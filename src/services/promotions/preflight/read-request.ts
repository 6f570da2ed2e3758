import { and, asc, eq } from 'drizzle-orm'
import { promotionPin } from '../../../db/control/promotion-pin.ts'
import { promotionSnapshot } from '../../../db/control/promotion-snapshot.ts'
import { content as contentTable } from '../../../db/every-store/content.ts'
import type { Transaction } from '../../../db/transaction.ts'
import { referencesOf } from '../../../domain/asset/references/references.ts'
import { instant, type PromotionId } from '../../../domain/identifiers.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { findTypes } from '../../assets/types/find-types.ts'
import { NeverStored } from '../../stories/never-stored.ts'
import { readRoutedPromotion } from '../story/read-routed-promotion.ts'
import type { FrozenAsset, PlannedRequest } from './planned-request.ts'
import { readRevisionRequest } from './revision-request.ts'

async function readFrozenAssets(
  transaction: Transaction,
  promotion: PromotionId,
  revision: number,
): Promise<readonly FrozenAsset[]> {
  const { organization } = transaction
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
  return rows.map(({ pin, snapshot, bytes }): FrozenAsset => {
    const type = types.get(pin.type)
    if (snapshot === null || type === undefined) {
      throw new NeverStored('a pinned version has not been frozen')
    }
    const { asset, version, digest } = pin
    const { name, editors, writtenAt } = snapshot
    const erased = bytes === null
    const content = erased ? null : parseStrict(bytes)
    const references = referencesOf(type, content)
    const frozen = { asset, type, name, version, digest, content, erased, references, editors }
    return { ...frozen, writtenAt: instant(writtenAt) }
  })
}

/**
 * A revision as it was asked for and frozen.
 *
 * @throws NeverStored when the promotion does not exist, a pin has not been frozen, or what was sent along was erased.
 */
export async function readFrozenRequest(
  transaction: Transaction,
  promotion: PromotionId,
  revision: number,
): Promise<PlannedRequest> {
  const { asked, policy } = await readRoutedPromotion(transaction, promotion)
  const { document, manifest, evidence, complete, resubmitters } = await readRevisionRequest(
    transaction,
    asked,
    revision,
  )
  if (!complete) throw new NeverStored('what was asked for is no longer stored')
  return {
    organization: asked.organization,
    promotion: asked.id,
    revision,
    source: asked.sourceEnvironment,
    destination: asked.destinationEnvironment,
    requester: asked.requester,
    resubmitters,
    policyVersion: asked.policyVersion,
    policy,
    document,
    manifest,
    evidence,
    assets: await readFrozenAssets(transaction, promotion, revision),
  }
}
