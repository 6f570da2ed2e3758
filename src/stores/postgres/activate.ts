import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { performedAct } from '../../db/environment/performed-act.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { StorePool } from '../../db/pool.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { AssetId } from '../../domain/identifiers.ts'
import type { ActAnswer, AuthorizedBundle, AuthorizedItem } from '../../services/asset-store.ts'
import { appendEntries, type LoggedEntry } from '../../services/audit/append-entries.ts'
import { actorOf, cited, refusedBundle } from './entries.ts'
import { takeFences } from './statements/fences.ts'
import { findLanding } from './statements/find-landing.ts'
import { lockAssets } from './statements/lock-assets.ts'
import { oneAtATime } from './statements/one-at-a-time.ts'
import { performedVersion } from './statements/performed-version.ts'
import { versionsInUse } from './statements/versions-in-use.ts'
import { StoreRefused, unlessRefused } from './store-refused.ts'

/** An item with the version that becomes active. */
interface Activated {
  readonly item: AuthorizedItem
  readonly version: number
  readonly entry: string
}

/**
 * Makes what landed the version in use, for the whole bundle, or answers as the first time. The answer's version is the
 * highest one activated. Refuses with `not-landed`, `fenced`, `target-moved` (a target was deleted) or `superseded` (a
 * newer version is in use), having written nothing but the entry of the refusal.
 */
export function activate(pool: StorePool, bundle: AuthorizedBundle): Promise<ActAnswer> {
  const refusedAct = refusedBundle(bundle, 'activate')
  return unlessRefused<ActAnswer>(pool, bundle.organization, refusedAct, async (transaction) => {
    await oneAtATime(transaction, bundle.promotion)
    const earlier = await performedVersion(transaction, bundle.promotion, 'activate')
    if (earlier !== null) return { kind: 'performed', version: earlier }
    const activated = await landedItems(transaction, bundle)
    await takeFences(transaction, bundle.items)
    const inUse = await refuseWhatMoved(transaction, activated)
    await pointTo(transaction, activated)
    const { organization, promotion } = bundle
    const rows = activated.map(({ item, version, entry }) => {
      return {
        organization,
        act: promotion,
        purpose: 'activate' as const,
        asset: item.target,
        version,
        entry,
        instead: inUse.get(item.target) ?? 0,
      }
    })
    await insertRows(transaction, performedAct, rows)
    const drafts = activated.map((one) => activatedEntry(bundle, one))
    await appendEntries(transaction, drafts)
    return { kind: 'performed', version: Math.max(...activated.map(({ version }) => version)) }
  })
}

async function landedItems(
  transaction: Transaction,
  { promotion, revision, items }: AuthorizedBundle,
): Promise<readonly Activated[]> {
  const { discarded, items: landings } = await findLanding(transaction, promotion, revision)
  return items.map((item) => {
    const landed = landings.find(({ position, asset }) => position === item.position && asset === item.target)
    if (discarded || landed?.digest !== item.digest) throw new StoreRefused('not-landed')
    return { item, version: landed.version, entry: uuidv7() }
  })
}

/** What is in use until now. */
async function refuseWhatMoved(
  transaction: Transaction,
  activated: readonly Activated[],
): Promise<ReadonlyMap<AssetId, number>> {
  const targets = activated.map(({ item }) => item.target)
  const assets = await lockAssets(transaction, targets)
  if (targets.some((target) => assets.get(target)?.deleted !== false)) throw new StoreRefused('target-moved')
  const active = await versionsInUse(transaction, targets)
  if (activated.some(({ item, version }) => (active.get(item.target) ?? 0) > version)) {
    throw new StoreRefused('superseded')
  }
  return active
}

async function pointTo(transaction: Transaction, activated: readonly Activated[]): Promise<void> {
  await transaction.execute(sql`insert into active_version (organization, asset, version, activated_by)
    select ${transaction.organization}, activated.asset, activated.version, activated.person
    from unnest(${sql.param(activated.map(({ item }) => item.target))}::uuid[],
      ${sql.param(activated.map(({ version }) => version))}::integer[],
      ${sql.param(activated.map(({ item }) => item.person))}::uuid[]) as activated(asset, version, person)
    on conflict (organization, asset) do update set version = excluded.version, activated_at = now(),
      activated_by = excluded.activated_by`)
}

function activatedEntry(bundle: AuthorizedBundle, { item, ...at }: Activated): LoggedEntry {
  const { promotion, revision, grant } = bundle
  const { position, environment, type, target, digest, fence, person } = item
  return {
    id: at.entry,
    type: 'asset.activated',
    subject: `asset/${target}`,
    actor: actorOf(bundle, person),
    environment,
    asset: target,
    promotion,
    facts: { assetType: type, version: at.version, digest },
    details: { revision, position, fence, authorization: cited(grant) },
  }
}
