import { type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/transaction.ts'
import {
  type AssetId,
  digest,
  type EnvironmentId,
  type Instant,
  type PersonId,
  type PromotionId,
} from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { asAuditor } from './as-auditor.ts'
import { type AuditEvent, readEvent } from './read-event.ts'
import { type LogSize, pinnedLogs, readLogSizes } from './read-log-sizes.ts'

/** Where the next page goes on: after one event, in logs that end where they ended for the first page. */
export interface EventPosition {
  readonly sizes: readonly LogSize[]
  readonly after: { readonly time: string; readonly origin: string; readonly index: number }
}

export interface EventQuery {
  readonly actor?: PersonId | undefined
  readonly type?: string | undefined
  readonly outcome?: 'success' | 'refused' | undefined
  readonly asset?: AssetId | undefined
  readonly environment?: EnvironmentId | undefined
  readonly promotion?: PromotionId | undefined
  readonly after?: Instant | undefined
  readonly before?: Instant | undefined
  readonly limit: number
  readonly position?: EventPosition | undefined
}

export interface EventPage {
  readonly events: readonly AuditEvent[]
  readonly next: EventPosition | null
}

function conditions(query: EventQuery): readonly SQL[] {
  const { actor, type, outcome, asset, environment, promotion, after, before, position } = query
  const equal: readonly (readonly [SQL, string | undefined])[] = [
    [sql`event.person`, actor],
    [sql`event.type`, type],
    [sql`event.outcome`, outcome],
    [sql`event.asset`, asset],
    [sql`event.environment`, environment],
    [sql`event.promotion`, promotion],
  ]
  return [
    ...equal.flatMap(([column, value]) => (value === undefined ? [] : [sql`${column} = ${value}`])),
    ...(after === undefined ? [] : [sql`event.time > ${after}::timestamptz`]),
    ...(before === undefined ? [] : [sql`event.time < ${before}::timestamptz`]),
    ...(position === undefined
      ? []
      : [
          sql`(event.time, event.origin, event.index) < (${position.after.time}::timestamptz,
            ${position.after.origin}::text, ${position.after.index}::bigint)`,
        ]),
  ]
}

async function readPage(control: Transaction, query: EventQuery, sizes: readonly LogSize[]) {
  const asked = [sql`event.organization = ${control.organization}`, ...conditions(query)]
  const { rows } = await control.execute<{ origin: string; index: string; leaf: Buffer; leaf_hash: Buffer }>(
    sql`select event.origin, event.index, event.leaf, event.leaf_hash from event_index as event
      join ${pinnedLogs(sizes)} on pinned.origin = event.origin and event.index < pinned.size
      where ${sql.join([...asked], sql` and `)}
      order by event.time desc, event.origin desc, event.index desc limit ${query.limit + 1}`,
  )
  return rows.map(({ origin, index, leaf, leaf_hash }) =>
    readEvent(control.organization, {
      origin,
      index: Number(index),
      leaf,
      leafHash: digest(leaf_hash.toString('hex')),
    }),
  )
}

/**
 * Events of every log of the organization, newest first. A position pins how far each log reached when the first page
 * was read, so that pages neither skip nor repeat anything while the logs grow.
 *
 * @throws Refused to everybody but auditors and owners.
 */
export function listEvents({ caller, stores }: ServiceContext, query: EventQuery): Promise<EventPage> {
  return asAuditor(stores, caller, async (control) => {
    const sizes = query.position?.sizes ?? (await readLogSizes(control))
    const read = await readPage(control, query, sizes)
    const events = read.slice(0, query.limit)
    const last = events.at(-1)
    if (last === undefined || read.length <= query.limit) return { events, next: null }
    const { time, origin, index } = last
    return { events, next: { sizes, after: { time, origin, index } } }
  })
}
