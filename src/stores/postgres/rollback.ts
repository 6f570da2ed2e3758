import { and, eq, inArray, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { activeVersion } from '../../db/environment/active-version.ts'
import { assetVersion } from '../../db/environment/asset-version.ts'
import { performedAct } from '../../db/environment/performed-act.ts'
import { content } from '../../db/every-store/content.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { StorePool } from '../../db/pool.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { AssetId, Digest, PromotionId } from '../../domain/identifiers.ts'
import type { AuthorizedBundle, AuthorizedItem, RollbackAnswer } from '../../services/asset-store.ts'
import { appendEntries, type LoggedEntry } from '../../services/audit/append-entries.ts'
import { actorOf, cited, refusedBundle } from './entries.ts'
import { takeFences } from './statements/fences.ts'
import { lockAssets } from './statements/lock-assets.ts'
import { oneAtATime } from './statements/one-at-a-time.ts'
import { versionsInUse } from './statements/versions-in-use.ts'
import { StoreRefused, unlessRefused } from './store-refused.ts'

/** An item whose activation replaced something, or was the first. */
interface Replaced {
  readonly item: AuthorizedItem
  readonly activated: number
  /** 0 where nothing was in use. */
  readonly instead: number
}

/** An item on its way back, with what is in use of it afterwards. */
interface Returning extends Replaced {
  readonly digest: Digest | null
  readonly entry: string
}

/**
 * Puts back in use what was in use before a bundle was activated, and takes out of use what nothing was in use of, for the
 * whole bundle; or answers as the first time. What its activation left as it was is not touched. Refuses with
 * `not-activated`, `predecessor-unknown` (it was not kept), `fenced`, `target-moved` (a target was deleted), `superseded`
 * (something else is in use by now) or `content-erased`, having written nothing but the entry of the refusal.
 */
export function rollback(pool: StorePool, bundle: AuthorizedBundle): Promise<RollbackAnswer> {
  const refusedAct = refusedBundle(bundle, 'rollback')
  return unlessRefused<RollbackAnswer>(pool, bundle.organization, refusedAct, async (transaction) => {
    await oneAtATime(transaction, bundle.promotion)
    const earlier = await actsOf(transaction, bundle.promotion, 'rollback')
    if (earlier.length > 0) return performed(earlier)
    const replaced = await replacedItems(transaction, bundle)
    await takeFences(transaction, bundle.items)
    await refuseWhatMoved(transaction, replaced)
    const returning = await readable(
      transaction,
      replaced.filter(({ activated, instead }) => activated !== instead),
    )
    if (returning.length === 0) return performed([])
    const { organization, promotion: act } = bundle
    const rows = returning.map(({ item, instead, entry }) => {
      const version = instead === 0 ? null : instead
      return { organization, act, purpose: 'rollback' as const, asset: item.target, version, entry }
    })
    await insertRows(transaction, performedAct, rows)
    await pointBack(transaction, returning)
    await appendEntries(
      transaction,
      returning.map((one) => rolledBackEntry(bundle, one)),
    )
    return performed(rows)
  })
}

function performed(
  acts: readonly { readonly asset: AssetId; readonly version: number | null }[],
): RollbackAnswer {
  return { kind: 'performed', items: acts.map(({ asset, version }) => ({ asset, version })) }
}

function actsOf(transaction: Transaction, promotion: PromotionId, purpose: 'activate' | 'rollback') {
  return transaction
    .select({ asset: performedAct.asset, version: performedAct.version, instead: performedAct.instead })
    .from(performedAct)
    .where(
      and(
        eq(performedAct.organization, transaction.organization),
        eq(performedAct.act, promotion),
        eq(performedAct.purpose, purpose),
      ),
    )
    .orderBy(performedAct.asset)
}

async function replacedItems(
  transaction: Transaction,
  { promotion, items }: AuthorizedBundle,
): Promise<readonly Replaced[]> {
  const acts = await actsOf(transaction, promotion, 'activate')
  return items.map((item) => {
    const act = acts.find(({ asset }) => asset === item.target)
    if (act?.version == null) throw new StoreRefused('not-activated')
    if (act.instead === null) throw new StoreRefused('predecessor-unknown')
    return { item, activated: act.version, instead: act.instead }
  })
}

async function refuseWhatMoved(transaction: Transaction, replaced: readonly Replaced[]): Promise<void> {
  const targets = replaced.map(({ item }) => item.target)
  const assets = await lockAssets(transaction, targets)
  if (targets.some((target) => assets.get(target)?.deleted !== false)) throw new StoreRefused('target-moved')
  const inUse = await versionsInUse(transaction, targets)
  if (replaced.some(({ item, activated }) => inUse.get(item.target) !== activated)) {
    throw new StoreRefused('superseded')
  }
}

async function readable(
  transaction: Transaction,
  replaced: readonly Replaced[],
): Promise<readonly Returning[]> {
  const rows = await transaction
    .select({ asset: assetVersion.asset, version: assetVersion.version, digest: assetVersion.digest })
    .from(assetVersion)
    .innerJoin(
      content,
      and(
        eq(content.organization, assetVersion.organization),
        eq(content.digest, assetVersion.digest),
        sql`${content.bytes} is not null`,
      ),
    )
    .where(
      and(
        eq(assetVersion.organization, transaction.organization),
        inArray(
          assetVersion.asset,
          replaced.map(({ item }) => item.target),
        ),
      ),
    )
  return replaced.map((one) => {
    const older = rows.find(({ asset, version }) => asset === one.item.target && version === one.instead)
    if (older === undefined && one.instead !== 0) throw new StoreRefused('content-erased')
    return { ...one, digest: older?.digest ?? null, entry: uuidv7() }
  })
}

async function pointBack(transaction: Transaction, returning: readonly Returning[]): Promise<void> {
  const { organization } = transaction
  const nothing = returning.filter(({ instead }) => instead === 0)
  const earlier = returning.filter(({ instead }) => instead !== 0)
  if (nothing.length > 0) {
    const assets = nothing.map(({ item }) => item.target)
    await transaction
      .delete(activeVersion)
      .where(and(eq(activeVersion.organization, organization), inArray(activeVersion.asset, assets)))
  }
  if (earlier.length === 0) return
  await transaction.execute(sql`update active_version
    set version = back.version, activated_at = now(), activated_by = back.person
    from unnest(${sql.param(earlier.map(({ item }) => item.target))}::uuid[],
      ${sql.param(earlier.map(({ instead }) => instead))}::integer[],
      ${sql.param(earlier.map(({ item }) => item.person))}::uuid[]) as back(asset, version, person)
    where active_version.organization = ${organization} and active_version.asset = back.asset`)
}

// The facts name version 0 where nothing is in use any more.
function rolledBackEntry(bundle: AuthorizedBundle, { item, ...back }: Returning): LoggedEntry {
  const { promotion, revision, grant } = bundle
  const { position, environment, type, target, fence, person } = item
  return {
    id: back.entry,
    type: 'asset.rolled-back',
    subject: `asset/${target}`,
    actor: actorOf(bundle, person),
    environment,
    asset: target,
    promotion,
    facts: {
      assetType: type,
      version: back.instead,
      ...(back.digest === null ? {} : { digest: back.digest }),
    },
    details: { revision, position, instead: back.activated, fence, authorization: cited(grant) },
  }
}
