import { and, eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { activeVersion } from '../../../db/environment/active-version.ts'
import { assetVersion } from '../../../db/environment/asset-version.ts'
import { content } from '../../../db/every-store/content.ts'
import type { Transaction } from '../../../db/transaction.ts'
import { wasLive } from '../../../db/version-marks.ts'
import type { RestoringAct } from '../../../services/asset-store.ts'
import { takeFences } from '../statements/fences.ts'
import { lockAssets } from '../statements/lock-assets.ts'
import { StoreRefused } from '../store-refused.ts'
import { type Performed, performedEntry } from './performed.ts'

/**
 * Puts an older version in use again that was in use before, where the one that the person saw in use still is.
 *
 * @throws StoreRefused `fenced`, `target-moved`, `never-live` or `content-erased`.
 */
export async function restore(transaction: Transaction, act: RestoringAct): Promise<Performed> {
  const { asset, environment, type, fence, expectedVersion, restoredVersion: version, person } = act
  await takeFences(transaction, [{ target: asset, fence }])
  const standing = (await lockAssets(transaction, [asset])).get(asset)
  if (standing?.deleted !== false || standing.environment !== environment || standing.type !== type) {
    throw new StoreRefused('target-moved')
  }
  const inUse = and(eq(activeVersion.organization, transaction.organization), eq(activeVersion.asset, asset))
  const [active] = await transaction
    .select({ version: activeVersion.version })
    .from(activeVersion)
    .where(inUse)
  if (active?.version !== expectedVersion || active.version === version)
    throw new StoreRefused('target-moved')
  const older = await findOlder(transaction, act)
  if (older?.live !== true) throw new StoreRefused('never-live')
  if (!older.readable) throw new StoreRefused('content-erased')
  await transaction
    .update(activeVersion)
    .set({ version, activatedAt: sql`now()`, activatedBy: person })
    .where(inUse)
  const told = {
    id: uuidv7(),
    type: 'asset.restored',
    facts: { assetType: type, version, digest: older.digest },
    details: { instead: active.version },
  }
  const entry = performedEntry(act, told)
  return { version, entry: entry.id, entries: [entry] }
}

async function findOlder(transaction: Transaction, { asset, restoredVersion }: RestoringAct) {
  const [row] = await transaction
    .select({
      digest: assetVersion.digest,
      readable: sql<boolean>`${content.bytes} is not null`,
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
        eq(assetVersion.version, restoredVersion),
      ),
    )
  return row
}
