import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { asset } from '../../db/environment/asset.ts'
import { assetVersion } from '../../db/environment/asset-version.ts'
import type { StorePool } from '../../db/pool.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { AssetId, OrganizationId } from '../../domain/identifiers.ts'
import type { Baseline } from '../../services/asset-store.ts'

/** The newest counting version of each asset that exists and is not deleted, by asset; others are left out. */
export async function baselines(
  pool: StorePool,
  organization: OrganizationId,
  assets: readonly AssetId[],
): Promise<readonly Baseline[]> {
  if (assets.length === 0) return []
  return withOrganization(pool, organization, (transaction) =>
    transaction
      .select({
        asset: asset.id,
        environment: asset.environment,
        type: asset.type,
        version: assetVersion.version,
        digest: assetVersion.digest,
      })
      .from(asset)
      .innerJoin(
        assetVersion,
        and(
          eq(assetVersion.organization, asset.organization),
          eq(assetVersion.asset, asset.id),
          eq(assetVersion.version, asset.version),
        ),
      )
      .where(and(eq(asset.organization, organization), inArray(asset.id, assets), isNull(asset.deletedAt)))
      .orderBy(asc(asset.id)),
  )
}
