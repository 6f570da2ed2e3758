import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import { asset } from '../../../db/environment/asset.ts'
import { assetVersion } from '../../../db/environment/asset-version.ts'
import { heardLater, type Transaction } from '../../../db/transaction.ts'
import { type AssetId, type Digest, digest } from '../../../domain/identifiers.ts'
import { compareText } from '../../../domain/plan/compare-text.ts'
import { canonicalBytes, digestOf } from '../../../trust/canonical.ts'
import type { Baseline } from '../../asset-store.ts'
import { suppliedSecrets } from './supplied-secrets.ts'

/** How a place of content is spoken of where its members' names may not be. */
export function digestOfPlace(pointer: string): Digest {
  return digest(digestOf(canonicalBytes(pointer)))
}

/** The newest counting version of each asset that exists and is not deleted, by asset; others are left out. */
export async function readBaselines(
  transaction: Transaction,
  assets: readonly AssetId[],
): Promise<readonly Baseline[]> {
  if (assets.length === 0) return []
  const supplying = heardLater(suppliedSecrets(transaction, assets))
  const rows = await transaction
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
    .where(
      and(
        eq(asset.organization, transaction.organization),
        sql`${asset.id} = any (${sql.param([...assets])}::uuid[])`,
        isNull(asset.deletedAt),
      ),
    )
    .orderBy(asc(asset.id))
  const supplied = await supplying
  return rows.map((row) => ({
    ...row,
    sealed: [...(supplied.get(row.asset) ?? [])].map(digestOfPlace).sort(compareText),
  }))
}
