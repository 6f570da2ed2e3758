import { and, eq, sql } from 'drizzle-orm'
import { asset as assetTable } from '../../db/environment/asset.ts'
import { assetVersion } from '../../db/environment/asset-version.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import { type AssetEntry, liveVersion, pointerEntries, versionEntries } from '../../domain/asset/history.ts'
import type { AssetId, Digest, EnvironmentId, PromotionId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { Refused } from '../refused.ts'
import { readAssetEntry } from './history/asset-entry.ts'
import { openEnvironment } from './rules/open-environment.ts'
import { unknownAsset } from './view/asset-state.ts'

/** An asset as it stood at one moment, as the log of its own environment tells it. Times are the log's. */
export interface PastAsset {
  readonly id: AssetId
  readonly type: string
  readonly name: string
  readonly environment: EnvironmentId
  readonly at: string
  readonly version: number
  readonly digest: Digest | null
  readonly versionSince: string
  readonly deleted: boolean
  readonly activeVersion: number | null
  /** What was in use: its bytes, who made it so, and the promotion that brought it. */
  readonly live: {
    readonly version: number
    readonly digest: Digest
    readonly promotion: PromotionId | null
    readonly since: string
    readonly by: string
  } | null
}

// Pointers move rarely; a version that was made the one in use this often in a row keeps the time of the oldest read.
const pointerMoves = 1000

async function entriesUntil(
  transaction: Transaction,
  asset: AssetId,
  at: string,
  types: readonly string[],
  limit: number,
): Promise<readonly AssetEntry[]> {
  const { rows } = await transaction.execute<{ leaf: Buffer }>(sql`
    select leaf from log_entry where organization = ${transaction.organization} and subject = ${`asset/${asset}`}
      and type = any(${sql.param(types)}::text[]) and time <= ${at}::timestamptz
    order by index desc limit ${limit}`)
  return rows.map(({ leaf }) => readAssetEntry(leaf))
}

async function refuseFuture(transaction: Transaction, at: string): Promise<void> {
  const { rows } = await transaction.execute<{ future: boolean }>(
    sql`select ${at}::timestamptz > clock_timestamp() as future`,
  )
  if (rows[0]?.future === false) return
  throw new Refused('invalid-parameter', 'Nobody knows yet how the asset will stand then.', [
    { pointer: 'at', message: 'must not be in the future' },
  ])
}

async function versionOf(transaction: Transaction, asset: AssetId, version: number) {
  const [row] = await transaction
    .select({ name: assetVersion.name, digest: assetVersion.digest, promotion: assetVersion.promotion })
    .from(assetVersion)
    .where(
      and(
        eq(assetVersion.organization, transaction.organization),
        eq(assetVersion.asset, asset),
        eq(assetVersion.version, version),
      ),
    )
  return row
}

async function readPast(
  transaction: Transaction,
  environment: EnvironmentId,
  id: AssetId,
  at: string,
): Promise<PastAsset> {
  const [owner] = await transaction
    .select({ type: assetTable.type, name: assetTable.name })
    .from(assetTable)
    .where(
      and(
        eq(assetTable.organization, transaction.organization),
        eq(assetTable.environment, environment),
        eq(assetTable.id, id),
      ),
    )
  const [newest] = await entriesUntil(transaction, id, at, versionEntries, 1)
  if (owner === undefined || newest === undefined) throw unknownAsset()
  const [deletion] = await entriesUntil(transaction, id, at, ['asset.deleted'], 1)
  const moved = liveVersion(await entriesUntil(transaction, id, at, pointerEntries, pointerMoves))
  const live = moved && (await versionOf(transaction, id, moved.version))
  const { version, digest, time } = newest
  return {
    id,
    type: owner.type,
    name: (await versionOf(transaction, id, version))?.name ?? owner.name,
    environment,
    at,
    version,
    digest,
    versionSince: time,
    deleted: deletion !== undefined || version === 0,
    activeVersion: moved?.version ?? null,
    live:
      moved && live ? { ...moved, digest: live.digest, promotion: moved.promotion ?? live.promotion } : null,
  }
}

/**
 * How an asset of the environment of the caller's key stood at a moment, and in production what was live then.
 *
 * @throws Refused `not-found`, also before its creation, and `invalid-parameter` for a moment in the future.
 */
export function getAssetAt(context: ServiceContext, asset: AssetId, at: string): Promise<PastAsset> {
  return openEnvironment(context, null, ({ store, environment }) =>
    withOrganization(store, context.caller.organization, async (transaction) => {
      await refuseFuture(transaction, at)
      return readPast(transaction, environment, asset, at)
    }),
  )
}
