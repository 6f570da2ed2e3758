import { and, eq, inArray, sql } from 'drizzle-orm'
import { activeVersion } from '../../db/environment/active-version.ts'
import { asset as assetTable } from '../../db/environment/asset.ts'
import { assetVersion } from '../../db/environment/asset-version.ts'
import { content } from '../../db/every-store/content.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { StandingAsset } from '../../domain/drift/drift.ts'
import { type AssetId, digest } from '../../domain/identifiers.ts'
import { digestOf } from '../../trust/canonical.ts'

/**
 * How assets stand in the transaction's environment store, in the order asked. Digests are computed from the stored
 * bytes, and the active pointer is compared with the newest act on it, both as of one statement.
 */
export async function readStanding(
  transaction: Transaction,
  assets: readonly AssetId[],
): Promise<readonly StandingAsset[]> {
  if (assets.length === 0) return []
  const rows = await transaction
    .select({
      asset: assetTable.id,
      deleted: sql<boolean>`${assetTable.deletedAt} is not null`,
      version: assetTable.version,
      recordedDigest: assetVersion.digest,
      promotion: assetVersion.promotion,
      storedDigest: content.digest,
      bytes: content.bytes,
      // By the log's order: two acts on one asset may begin in the other order than they are done in.
      pointerExplained: sql<boolean>`${activeVersion.version} is not distinct from (
        select act.version from performed_act as act join log_entry on log_entry.organization = act.organization
          and log_entry.id = act.entry
        where act.organization = ${assetTable.organization} and act.asset = ${assetTable.id}
          and act.purpose in ('activate', 'restore', 'rollback')
        order by log_entry.index desc limit 1)`,
    })
    .from(assetTable)
    .leftJoin(
      assetVersion,
      and(
        eq(assetVersion.organization, assetTable.organization),
        eq(assetVersion.asset, assetTable.id),
        eq(assetVersion.version, assetTable.version),
      ),
    )
    .leftJoin(
      content,
      and(eq(content.organization, assetVersion.organization), eq(content.digest, assetVersion.digest)),
    )
    .leftJoin(
      activeVersion,
      and(eq(activeVersion.organization, assetTable.organization), eq(activeVersion.asset, assetTable.id)),
    )
    .where(and(eq(assetTable.organization, transaction.organization), inArray(assetTable.id, assets)))
  const found = new Map(rows.map((row) => [row.asset, row]))
  return assets.map((asset): StandingAsset => {
    const row = found.get(asset)
    if (row === undefined || row.deleted || row.recordedDigest === null) return { ...gone, asset }
    const { version, recordedDigest, promotion, storedDigest, bytes, pointerExplained } = row
    return {
      asset,
      version,
      recordedDigest,
      digest: bytes === null ? null : digest(digestOf(bytes)),
      stored: storedDigest !== null,
      promotion,
      pointerExplained,
    }
  })
}

const gone = Object.freeze({
  version: 0,
  recordedDigest: null,
  digest: null,
  stored: false,
  promotion: null,
  pointerExplained: false,
})
