import { and, eq, inArray, isNull } from 'drizzle-orm'
import { asset as assetTable } from '../../db/environment/asset.ts'
import { assetVersion } from '../../db/environment/asset-version.ts'
import { content } from '../../db/every-store/content.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { AssetId, Digest } from '../../domain/identifiers.ts'
import { repeatedAssets } from '../../domain/plan/repeated-assets.ts'
import type { ServiceContext } from '../context.ts'
import { storeOfEnvironment } from '../environments/store-of-environment.ts'
import { Refused } from '../refused.ts'
import { refuseUnresolved } from './refuse-unresolved.ts'
import type { PromotionRequest } from './request-promotion.ts'

/** An asset as a request names it; without a version, the newest one is meant. */
export interface AskedAsset {
  readonly id: AssetId
  readonly type: string
  readonly version?: number | undefined
}

/** The exact version that a promotion is about. */
export interface Pin {
  readonly asset: AssetId
  readonly type: string
  readonly version: number
  readonly digest: Digest
}

async function pinOf(
  transaction: Transaction,
  asked: AskedAsset,
  place: number,
  newest: ReadonlyMap<AssetId, { readonly type: string; readonly version: number }>,
): Promise<Pin> {
  const pointer = `/promotingAssets/${place}`
  const known = newest.get(asked.id)
  if (known === undefined || known.type !== asked.type) {
    throw new Refused('not-found', 'The source environment has no such asset of that type.', [
      { pointer, message: 'is not an asset of the source environment' },
    ])
  }
  const version = asked.version ?? known.version
  const [row] = await transaction
    .select({ digest: assetVersion.digest, erased: isNull(content.bytes) })
    .from(assetVersion)
    .innerJoin(
      content,
      and(eq(content.organization, assetVersion.organization), eq(content.digest, assetVersion.digest)),
    )
    .where(
      and(
        eq(assetVersion.organization, transaction.organization),
        eq(assetVersion.asset, asked.id),
        eq(assetVersion.version, version),
      ),
    )
  if (row === undefined) {
    throw new Refused('not-found', 'The asset has no such version.', [
      { pointer: `${pointer}/version`, message: 'is no version of this asset' },
    ])
  }
  if (row.erased) {
    throw new Refused('illegal-state', 'The content of this version was erased. Promote another version.', [
      { pointer: `${pointer}/version`, message: 'has no content any more' },
    ])
  }
  return { asset: asked.id, type: asked.type, version, digest: row.digest }
}

/**
 * Pins the versions a request names, with their digests as the source's store holds them.
 *
 * @throws Refused for an asset named twice, one that is not in the source, a version it does not have, one that was
 * erased, or a reference that neither the source nor a binding resolves.
 */
export async function findPins(context: ServiceContext, request: PromotionRequest): Promise<readonly Pin[]> {
  const { caller } = context
  const { promotingAssets, fromEnvironment } = request
  const ids = promotingAssets.map(({ id }) => id)
  const [repeated] = repeatedAssets(ids)
  if (repeated !== undefined) {
    throw new Refused('invalid-body', 'An asset is promoted once in a promotion.', [
      { pointer: `/promotingAssets/${ids.lastIndexOf(repeated)}`, message: 'is named before' },
    ])
  }
  const source = await storeOfEnvironment(context, fromEnvironment)
  return withOrganization(source, caller.organization, async (transaction) => {
    const rows = await transaction
      .select({ id: assetTable.id, type: assetTable.type, version: assetTable.version })
      .from(assetTable)
      .where(
        and(
          eq(assetTable.organization, caller.organization),
          eq(assetTable.environment, fromEnvironment),
          inArray(assetTable.id, ids),
          isNull(assetTable.deletedAt),
        ),
      )
    const newest = new Map(rows.map((row) => [row.id, row]))
    const pins: Pin[] = []
    for (const [place, asked] of promotingAssets.entries())
      pins.push(await pinOf(transaction, asked, place, newest))
    await refuseUnresolved(transaction, request, pins)
    return pins
  })
}
