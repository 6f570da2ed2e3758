import { v7 as uuidv7 } from 'uuid'
import { performedAct } from '../../db/environment/performed-act.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { StorePool } from '../../db/pool.ts'
import { unreachable } from '../../domain/stream.ts'
import type { ActAnswer, AuthorizedAct } from '../../services/asset-store.ts'
import { appendEntries, type EntryDraft } from '../../services/audit/append-entries.ts'
import { cited, throughWorkflow } from './entries.ts'
import { takeFences } from './statements/fences.ts'
import { type LockedAsset, lockAssets } from './statements/lock-assets.ts'
import { oneAtATime } from './statements/one-at-a-time.ts'
import { performedVersion } from './statements/performed-version.ts'
import { saveContent, writeVersions } from './statements/write-versions.ts'
import { type RefusedAct, StoreRefused, unlessRefused } from './store-refused.ts'

/**
 * Performs an act outside a promotion, once for its command, or answers as the first time. Refuses with `fenced`,
 * `target-moved` or `content-erased`, having written nothing but the entry of the refusal.
 */
export function perform(pool: StorePool, act: AuthorizedAct): Promise<ActAnswer> {
  const { organization, asset, fence } = act
  return unlessRefused<ActAnswer>(pool, organization, refusedAct(act), async (transaction) => {
    await oneAtATime(transaction, act.id)
    const earlier = await performedVersion(transaction, act.id)
    if (earlier !== null) return { kind: 'performed', version: earlier }
    await takeFences(transaction, [{ target: asset, fence }])
    const standing = (await lockAssets(transaction, [asset])).get(asset)
    if (!standsAsSeen(act, standing)) throw new StoreRefused('target-moved')
    await saveContent(transaction, [act])
    const version = (standing?.highestVersion ?? 0) + 1
    const entry = uuidv7()
    const created = standing === undefined
    await writeVersions(transaction, [{ ...act, created, version, promotion: null, entry }])
    await insertRows(transaction, performedAct, [
      { organization, act: act.id, purpose: act.kind, asset, version, entry },
    ])
    await appendEntries(transaction, [performedEntry(act, version, entry)])
    return { kind: 'performed', version }
  })
}

function standsAsSeen(act: AuthorizedAct, standing: LockedAsset | undefined): boolean {
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

function refusedAct({ id, kind, asset, environment, person, grant }: AuthorizedAct): RefusedAct {
  return {
    subject: `production-command/${id}`,
    actor: throughWorkflow(person),
    environment,
    asset,
    details: { purpose: kind, authorization: cited(grant) },
  }
}

function performedEntry(act: AuthorizedAct, version: number, entry: string): EntryDraft {
  const { id, kind, asset, environment, type, digest, fence, person, grant } = act
  return {
    id: entry,
    type: kind === 'create-asset' ? 'asset.created' : 'asset.version-written',
    subject: `asset/${asset}`,
    actor: throughWorkflow(person),
    environment,
    asset,
    facts: { assetType: type, version, digest },
    details: { command: id, fence, authorization: cited(grant) },
  }
}
