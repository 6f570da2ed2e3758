import { v7 as uuidv7 } from 'uuid'
import { landing } from '../../db/environment/landing.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { StorePool } from '../../db/pool.ts'
import type { Transaction } from '../../db/transaction.ts'
import { digest } from '../../domain/identifiers.ts'
import { unreachable } from '../../domain/stream.ts'
import type {
  AuthorizedBundle,
  AuthorizedItem,
  LandAnswer,
  LandedVersion,
} from '../../services/asset-store.ts'
import { appendEntries, type EntryDraft } from '../../services/audit/append-entries.ts'
import { cited, logOrigin, refusedBundle, throughWorkflow } from './entries.ts'
import { takeFences } from './statements/fences.ts'
import { findLanding, landedVersion } from './statements/find-landing.ts'
import { type LockedAsset, lockAssets } from './statements/lock-assets.ts'
import { oneAtATime } from './statements/one-at-a-time.ts'
import { saveContent, writeVersions } from './statements/write-versions.ts'
import { StoreRefused, unlessRefused } from './store-refused.ts'

/** An item with the version it lands as and the entry that tells of it. */
interface Placed {
  readonly item: AuthorizedItem
  readonly version: number
  readonly entry: string
}

/**
 * Lands a whole bundle, or answers as the first time when it has landed. Refuses with `discarded`, `fenced`,
 * `target-moved` or `content-erased`, having written nothing but the entry of the refusal.
 */
export function land(pool: StorePool, bundle: AuthorizedBundle): Promise<LandAnswer> {
  const { organization, promotion, revision } = bundle
  return unlessRefused<LandAnswer>(pool, organization, refusedBundle(bundle, 'land'), async (transaction) => {
    await oneAtATime(transaction, promotion)
    const earlier = await findLanding(transaction, promotion, revision)
    if (earlier.discarded) throw new StoreRefused('discarded')
    if (earlier.items.length > 0) return { kind: 'landed', items: earlier.items.map(landedVersion) }
    return { kind: 'landed', items: await landAnew(transaction, bundle) }
  })
}

async function landAnew(
  transaction: Transaction,
  bundle: AuthorizedBundle,
): Promise<readonly LandedVersion[]> {
  const { organization, promotion, revision } = bundle
  const items = bundle.items.toSorted((one, other) => one.position - other.position)
  await takeFences(transaction, items)
  const targets = items.map(({ target }) => target)
  const assets = await lockAssets(transaction, targets)
  if (!items.every((item) => standsAsPlanned(item, assets.get(item.target)))) {
    throw new StoreRefused('target-moved')
  }
  await saveContent(transaction, items)
  const placed = items.map((item): Placed => {
    return { item, version: versionOf(item, assets.get(item.target)), entry: uuidv7() }
  })
  await writeVersions(
    transaction,
    placed
      .filter(({ item }) => item.action !== 'unchanged')
      .map(({ item, version, entry }) => {
        return { ...item, asset: item.target, created: item.action === 'create', version, promotion, entry }
      }),
  )
  const rows = placed.map(({ item, version, entry }) => {
    const { position, target: asset, digest: landed, fence } = item
    return { organization, promotion, revision, position, asset, version, digest: landed, fence, entry }
  })
  await insertRows(transaction, landing, rows)
  const origin = await logOrigin(transaction)
  const drafts = placed.map((one) => landedEntry(bundle, one))
  const written = new Map((await appendEntries(transaction, drafts)).map((one) => [one.id, one]))
  return placed.map(({ item, version, entry }) => {
    const place = written.get(entry)
    if (place === undefined) throw new Error('a landing has no entry')
    const leafHash = digest(Buffer.from(place.leafHash).toString('hex'))
    const { position, target: asset, digest: landed } = item
    return { position, asset, version, digest: landed, entry: { origin, index: place.index, leafHash } }
  })
}

/** Whether production still holds what the plan was made against. An asset never changes environment or type. */
function standsAsPlanned(item: AuthorizedItem, asset: LockedAsset | undefined): boolean {
  switch (item.action) {
    case 'create':
      return asset === undefined
    case 'update':
    case 'unchanged':
      return (
        asset !== undefined &&
        !asset.deleted &&
        asset.environment === item.environment &&
        asset.type === item.type &&
        asset.version === item.baseline?.version &&
        asset.digest === item.baseline.digest
      )
    default:
      return unreachable(item.action)
  }
}

function versionOf({ action }: AuthorizedItem, asset: LockedAsset | undefined): number {
  if (asset === undefined) return 1
  return action === 'unchanged' ? asset.version : asset.highestVersion + 1
}

function landedEntry({ promotion, revision, grant }: AuthorizedBundle, { item, ...at }: Placed): EntryDraft {
  const { position, environment, type, target, action, digest: landed, fence, person } = item
  return {
    id: at.entry,
    type: 'asset.landed',
    subject: `asset/${target}`,
    actor: throughWorkflow(person),
    environment,
    asset: target,
    promotion,
    facts: { assetType: type, version: at.version, digest: landed },
    details: { revision, position, action, fence, authorization: cited(grant) },
  }
}
