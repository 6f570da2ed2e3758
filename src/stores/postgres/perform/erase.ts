import { and, eq } from 'drizzle-orm'
import { assetVersion } from '../../../db/environment/asset-version.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { ErasingAct } from '../../../services/asset-store.ts'
import { eraseBytes } from '../../../services/erasure/erase-bytes.ts'
import { lockAssets } from '../statements/lock-assets.ts'
import { StoreRefused } from '../store-refused.ts'
import { type Performed, performedEntry } from './performed.ts'

/**
 * Blanks the bytes of a version, whether or not it is in use; the digest and every proof stay. It takes no fence of the
 * asset: what would land the same bytes afterwards is refused by them.
 *
 * @throws StoreRefused `target-moved` when the asset has no such version with that digest.
 */
export async function erase(transaction: Transaction, act: ErasingAct): Promise<Performed> {
  const { asset, environment, type, erasedVersion: version, erasedDigest: digest } = act
  const { proposedBy, confirmedBy } = act
  const standing = (await lockAssets(transaction, [asset])).get(asset)
  const [found] = await transaction
    .select({ digest: assetVersion.digest })
    .from(assetVersion)
    .where(
      and(
        eq(assetVersion.organization, transaction.organization),
        eq(assetVersion.asset, asset),
        eq(assetVersion.version, version),
      ),
    )
  if (standing?.environment !== environment || found?.digest !== digest)
    throw new StoreRefused('target-moved')
  const entry = performedEntry(act, {
    type: 'asset.version-erased',
    facts: { assetType: type, version, digest },
    details: { proposedBy, confirmedBy },
  })
  await eraseBytes(transaction, { asset, version, digest, proposedBy, confirmedBy, entry: entry.id })
  return { version, entry: entry.id, entries: [entry] }
}
