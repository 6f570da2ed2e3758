import { and, eq, inArray, sql } from 'drizzle-orm'
import { assetVersion } from '../../../db/environment/asset-version.ts'
import { content } from '../../../db/every-store/content.ts'
import type { Transaction } from '../../../db/transaction.ts'
import { wasDiscarded, wasLive } from '../../../db/version-marks.ts'
import type { AssetId, Digest } from '../../../domain/identifiers.ts'
import type { NamedVersion, StoredVersion } from './restoration.ts'

/** Versions of an asset by number, with their bytes and what became of them; those that do not exist are left out. */
export async function readStoredVersions(
  transaction: Transaction,
  asset: AssetId,
  versions: readonly number[],
): Promise<ReadonlyMap<number, StoredVersion>> {
  const rows = await transaction
    .select({
      version: assetVersion.version,
      digest: assetVersion.digest,
      bytes: content.bytes,
      landed: sql<boolean>`${assetVersion.promotion} is not null`,
      discarded: wasDiscarded,
      live: wasLive,
    })
    .from(assetVersion)
    .leftJoin(
      content,
      and(eq(content.organization, assetVersion.organization), eq(content.digest, assetVersion.digest)),
    )
    .where(
      and(
        eq(assetVersion.organization, transaction.organization),
        eq(assetVersion.asset, asset),
        inArray(assetVersion.version, versions),
      ),
    )
  return new Map(rows.map((row) => [row.version, { ...row, erased: row.bytes === null }]))
}

/**
 * A version by its number and digest.
 *
 * @throws RangeError for one that does not exist; whoever names it has found it before.
 */
export function namedVersion(
  found: { readonly version: number; readonly digest: Digest | null } | undefined,
): NamedVersion {
  if (!found?.digest) throw new RangeError('there is no such version')
  return { version: found.version, digest: found.digest }
}
