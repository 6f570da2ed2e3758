import { and, eq, inArray, sql } from 'drizzle-orm'
import { asset } from '../../../db/environment/asset.ts'
import { assetVersion } from '../../../db/environment/asset-version.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetId, Digest, EnvironmentId } from '../../../domain/identifiers.ts'

/** An asset as it stands, locked until the transaction ends. */
export interface LockedAsset {
  readonly id: AssetId
  readonly environment: EnvironmentId
  readonly type: string
  readonly deleted: boolean
  /** The newest version that counts; 0 for none, and then without digest and entry. */
  readonly version: number
  readonly digest: Digest | null
  readonly entry: string | null
  /** The highest number any version ever had, counting or not: numbers are never given twice. */
  readonly highestVersion: number
}

/** Locks those of the assets that exist, in ascending order, and tells how they stand. */
export async function lockAssets(
  transaction: Transaction,
  ids: readonly AssetId[],
): Promise<ReadonlyMap<AssetId, LockedAsset>> {
  const asked = and(eq(asset.organization, transaction.organization), inArray(asset.id, ids))
  await transaction.select({ id: asset.id }).from(asset).where(asked).orderBy(asset.id).for('update')
  // A statement of its own: only one that begins after the locks are held sees what their last holders committed.
  const rows = await transaction
    .select({
      id: asset.id,
      environment: asset.environment,
      type: asset.type,
      deleted: sql<boolean>`${asset.deletedAt} is not null`,
      version: asset.version,
      digest: assetVersion.digest,
      entry: assetVersion.entry,
      highestVersion: sql<number>`coalesce((select max(any_version.version) from asset_version as any_version
        where any_version.organization = ${asset.organization} and any_version.asset = ${asset.id}), 0)`,
    })
    .from(asset)
    .leftJoin(
      assetVersion,
      and(
        eq(assetVersion.organization, asset.organization),
        eq(assetVersion.asset, asset.id),
        eq(assetVersion.version, asset.version),
      ),
    )
    .where(asked)
  return new Map(rows.map((row) => [row.id, row]))
}
