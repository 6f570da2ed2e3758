import { type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/transaction.ts'
import { pointerEntries, versionEntries } from '../../../domain/asset/history.ts'
import type { AssetId, Digest, EnvironmentId } from '../../../domain/identifiers.ts'
import { type LogSize, pinnedLogs } from '../../audit/read-log-sizes.ts'
import { readAssetEntry } from './asset-entry.ts'

/** A moment, and how far the index reached into each log when somebody first asked about it. */
export interface PinnedMoment {
  readonly at: string
  readonly sizes: readonly LogSize[]
}

/** An asset as its environment's log had told it by a moment. */
export interface PastHead {
  readonly id: AssetId
  readonly type: string
  readonly environment: EnvironmentId
  readonly version: number
  readonly digest: Digest | null
  readonly activeVersion: number | null
  readonly deleted: boolean
}

interface HeadRow {
  readonly [column: string]: unknown
  readonly id: AssetId
  readonly type: string
  readonly environment: EnvironmentId
  readonly stands: Buffer
  readonly pointer: Buffer | null
  readonly deleted: boolean
}

// Only entries of the log of the store in which the asset's environment stands count, as for the heads of now.
function entryOf(organization: string, types: readonly string[], { at }: PinnedMoment): SQL {
  return sql`select event.leaf from event_index as event
    join pinned on pinned.origin = event.origin and event.index < pinned.size
    where event.organization = ${organization} and event.asset = head.asset
      and event.environment = head.environment and event.origin = own_log.origin || '/' || ${organization}::text
      and event.type = any(${sql.param(types)}::text[]) and event.time <= ${at}::timestamptz
    order by event.time desc, event.index desc limit 1`
}

/** Assets of every environment that `filter` picks, as they stood, newest first; those that came later are left out. */
export async function readPastHeads(
  control: Transaction,
  moment: PinnedMoment,
  filter: SQL,
  limit: number,
): Promise<readonly PastHead[]> {
  const { organization } = control
  const { sizes } = moment
  const { rows } = await control.execute<HeadRow>(sql`
    with pinned as (select * from ${pinnedLogs(sizes)})
    select head.asset as id, head.type, head.environment, stands.leaf as stands, pointer.leaf as pointer,
      deletion.leaf is not null as deleted
    from asset_head as head
    join environment on environment.organization = head.organization and environment.id = head.environment
    join follow_right as own_log on own_log.store = environment.store
    cross join lateral (${entryOf(organization, versionEntries, moment)}) as stands
    left join lateral (${entryOf(organization, pointerEntries, moment)}) as pointer on true
    left join lateral (${entryOf(organization, ['asset.deleted'], moment)}) as deletion on true
    where head.organization = ${organization} and ${filter}
    order by head.asset desc limit ${limit}`)
  return rows.map(({ stands, pointer, deleted, ...asset }) => {
    const { version, digest } = readAssetEntry(stands)
    const moved = pointer === null ? 0 : readAssetEntry(pointer).version
    return {
      id: asset.id,
      type: asset.type,
      environment: asset.environment,
      version,
      digest,
      activeVersion: moved === 0 ? null : moved,
      deleted: deleted || version === 0,
    }
  })
}
