import { v7 as uuidv7 } from 'uuid'
import type { Transaction } from '../../../db/transaction.ts'
import { unreachable } from '../../../domain/stream.ts'
import type { WritingAct } from '../../../services/asset-store.ts'
import { takeFences } from '../statements/fences.ts'
import { type LockedAsset, lockAssets } from '../statements/lock-assets.ts'
import { saveContent, writeVersions } from '../statements/write-versions.ts'
import { StoreRefused } from '../store-refused.ts'
import { type Performed, performedEntry } from './performed.ts'
import { storeSealed } from './supply-secrets.ts'

/**
 * Writes the first or the next version of a local asset that stands as the person saw it, with the secrets that came
 * with it.
 *
 * @throws StoreRefused `fenced`, `target-moved` or `content-erased`.
 */
export async function write(transaction: Transaction, act: WritingAct): Promise<Performed> {
  const { asset, type, digest, fence } = act
  await takeFences(transaction, [{ target: asset, fence }])
  const standing = (await lockAssets(transaction, [asset])).get(asset)
  if (!standsAsSeen(act, standing)) throw new StoreRefused('target-moved')
  await saveContent(transaction, [act])
  const version = (standing?.highestVersion ?? 0) + 1
  const entry = uuidv7()
  const created = standing === undefined
  await writeVersions(transaction, [{ ...act, created, version, promotion: null, entry }])
  const told = {
    id: entry,
    type: act.kind === 'create-asset' ? 'asset.created' : 'asset.version-written',
    facts: { assetType: type, version, digest },
  }
  return { version, entry, entries: [performedEntry(act, told), ...(await storeSealed(transaction, act))] }
}

function standsAsSeen(act: WritingAct, standing: LockedAsset | undefined): boolean {
  switch (act.kind) {
    case 'create-asset':
      return standing === undefined && act.expectedVersion === 0
    case 'write-version':
      return (
        standing !== undefined &&
        !standing.deleted &&
        standing.environment === act.environment &&
        standing.type === act.type &&
        standing.version === act.expectedVersion
      )
    default:
      return unreachable(act.kind)
  }
}
