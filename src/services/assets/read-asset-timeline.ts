import { and, eq, sql } from 'drizzle-orm'
import { assetHead } from '../../db/control/asset-head.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import { timelineOrder } from '../../domain/audit/timeline-order.ts'
import { type AssetId, digest } from '../../domain/identifiers.ts'
import { mayDo } from '../../domain/rights/judge.ts'
import { type AuditEvent, citedPlaces, readEvent } from '../audit/read-event.ts'
import { type LogSize, pinnedLogs, readLogSizes } from '../audit/read-log-sizes.ts'
import type { ApiStores, Caller, ServiceContext } from '../context.ts'
import { notFound } from '../organizations/require-organization-key.ts'
import { requireActive } from '../people/require-right.ts'
import { openEnvironment } from './rules/open-environment.ts'
import { readAsset } from './view/asset-state.ts'

/** Where the next page goes on: after a number of events of logs that end where they ended for the first page. */
export interface TimelinePosition {
  readonly sizes: readonly LogSize[]
  readonly skip: number
}

export interface TimelineQuery {
  readonly asset: AssetId
  readonly limit: number
  readonly position?: TimelinePosition | undefined
}

export interface TimelinePage {
  readonly events: readonly AuditEvent[]
  readonly next: TimelinePosition | null
}

interface EventRow {
  readonly [column: string]: unknown
  readonly origin: string
  readonly index: string
  readonly leaf: Buffer
  readonly leaf_hash: Buffer
}

// Who read its content or was refused something did not change it: that is in the list of audit events.
const besides = ['content.read', 'access.denied']

async function readStory(
  control: Transaction,
  asset: AssetId,
  sizes: readonly LogSize[],
): Promise<readonly AuditEvent[]> {
  const { organization } = control
  const { rows } = await control.execute<EventRow>(sql`
    with pinned as (select * from ${pinnedLogs(sizes)}),
    carried as (
      select promotion, source_asset, target_asset from promotion_item
      where organization = ${organization} and source_asset = ${asset}
      union
      select promotion, source_asset, target_asset from promotion_item
      where organization = ${organization} and target_asset = ${asset}),
    linked as (
      select carried.source_asset, carried.target_asset from carried
      join receipt on receipt.organization = ${organization} and receipt.promotion = carried.promotion),
    concerned(asset) as (
      select ${asset}::uuid union select source_asset from linked union select target_asset from linked),
    told as (
      select event.* from event_index as event join concerned on concerned.asset = event.asset
      where event.organization = ${organization}
      union
      select event.* from event_index as event join carried on carried.promotion = event.promotion
      where event.organization = ${organization}
        and (event.asset is null or event.asset in (select asset from concerned)))
    select told.origin, told.index, told.leaf, told.leaf_hash from told
    join pinned on pinned.origin = told.origin and told.index < pinned.size
    where told.type <> all(${sql.param(besides)}::text[])`)
  return rows.map(({ origin, index, leaf, leaf_hash }) =>
    readEvent(organization, {
      origin,
      index: Number(index),
      leaf,
      leafHash: digest(leaf_hash.toString('hex')),
    }),
  )
}

async function readPage(control: Transaction, query: TimelineQuery): Promise<TimelinePage> {
  const { sizes, skip } = query.position ?? { sizes: await readLogSizes(control), skip: 0 }
  const entries = (await readStory(control, query.asset, sizes)).map((event) => {
    const { origin, index, time, details } = event
    return { origin, index, time, cites: citedPlaces(details), event }
  })
  const ordered = timelineOrder(entries).map(({ event }) => event)
  const events = ordered.slice(skip, skip + query.limit)
  const reached = skip + events.length
  return { events, next: reached < ordered.length ? { sizes, skip: reached } : null }
}

async function requireKnown(control: Transaction, asset: AssetId): Promise<void> {
  const rows = await control
    .select({ asset: assetHead.asset })
    .from(assetHead)
    .where(and(eq(assetHead.organization, control.organization), eq(assetHead.asset, asset)))
  if (rows.length === 0) throw notFound()
}

// To whoever may not read the log, an asset of any environment is what none is.
async function requireAuditor({ control }: ApiStores, caller: Caller): Promise<void> {
  const standing = await withOrganization(control, caller.organization, (transaction) =>
    requireActive(transaction, caller),
  )
  if (!mayDo('audit.read', standing, { through: 'organization' })) throw notFound()
}

/**
 * The story of an asset and of those on the other side that promotions linked it with, across all logs, oldest first and
 * each event after those it rests on. With a key of the asset's environment and any role there, or of the organization
 * by auditors and owners. Events hold ids and digests, of the other environment too, as the link itself does.
 *
 * @throws Refused `not-found`, also for a key of the organization in other hands.
 */
export async function readAssetTimeline(
  context: ServiceContext,
  query: TimelineQuery,
): Promise<TimelinePage> {
  const { caller, stores } = context
  if (caller.door.kind === 'organization') {
    await requireAuditor(stores, caller)
    return withOrganization(stores.auditor, caller.organization, async (control) => {
      await requireKnown(control, query.asset)
      return readPage(control, query)
    })
  }
  await openEnvironment(context, null, (opened) => readAsset(opened, query.asset))
  return withOrganization(stores.auditor, caller.organization, (control) => readPage(control, query))
}
