import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/transaction.ts'
import { driftEntries, pointerEntries } from '../../../domain/asset/history.ts'
import { type AssetId, digest, type EnvironmentId, type PromotionId } from '../../../domain/identifiers.ts'
import { pinnedLogs } from '../../audit/read-log-sizes.ts'
import { type AssociationState, hasMoved } from '../view/associations.ts'
import { type PastHead, type PinnedMoment, readPastHeads } from './read-past-heads.ts'

interface LinkRow {
  readonly [column: string]: unknown
  readonly promotion: PromotionId
  readonly source: AssetId
  readonly source_environment: EnvironmentId
  readonly source_version: number
  readonly source_digest: Buffer
  readonly target: AssetId
  readonly target_environment: EnvironmentId
  readonly target_version: number
  readonly target_digest: Buffer
  readonly restored: boolean
  readonly drifted: boolean
}

// Oldest first, so that the newest link of an asset is the one that stays.
async function linksUntil(
  control: Transaction,
  { at, sizes }: PinnedMoment,
  assets: readonly AssetId[],
): Promise<readonly LinkRow[]> {
  const ids = sql`any(${sql.param(assets)}::uuid[])`
  const { rows } = await control.execute<LinkRow>(sql`
    with pinned as (select * from ${pinnedLogs(sizes)}),
    concerned as (
      select * from promotion_item where organization = ${control.organization} and source_asset = ${ids}
      union
      select * from promotion_item where organization = ${control.organization} and target_asset = ${ids})
    select item.promotion, item.source_asset as source, promotion.source_environment, item.source_version,
      item.source_digest, item.target_asset as target, promotion.destination_environment as target_environment,
      receipt.landed_version as target_version, receipt.landed_digest as target_digest,
      coalesce((select event.type in ('asset.restored', 'asset.rolled-back') and event.time > published.time
          and convert_from(event.leaf, 'UTF8')::jsonb #>> '{data,version}' <> receipt.landed_version::text
        from event_index as event join pinned as log on log.origin = event.origin and event.index < log.size
        where event.organization = item.organization and event.asset = item.target_asset
          and event.type = any(${sql.param(pointerEntries)}::text[]) and event.time <= ${at}::timestamptz
        order by event.time desc, event.index desc limit 1), false) as restored,
      coalesce((select event.type = 'asset.drifted'
        from event_index as event
        where event.organization = item.organization and event.asset = item.target_asset
          and event.type = any(${sql.param(driftEntries)}::text[]) and event.origin = published.origin
          and event.index > published.index and event.index < pinned.size and event.time <= ${at}::timestamptz
        order by event.time desc, event.index desc limit 1), false) as drifted
    from concerned as item
    join receipt on receipt.organization = item.organization and receipt.promotion = item.promotion
      and receipt.revision = item.revision and receipt.position = item.position
    join promotion on promotion.organization = item.organization and promotion.id = item.promotion
    join event_index as published on published.organization = item.organization
      and published.promotion = item.promotion and published.type = 'promotion.promoted'
      and published.origin = log_origin() and published.time <= ${at}::timestamptz
    join pinned on pinned.origin = published.origin and published.index < pinned.size
    order by published.index`)
  return rows
}

/** The links of assets as they stood at a moment, each as seen from its own side. */
export async function readPastLinks(
  control: Transaction,
  moment: PinnedMoment,
  assets: readonly PastHead[],
): Promise<ReadonlyMap<AssetId, AssociationState>> {
  if (assets.length === 0) return new Map()
  const own = new Set(assets.map(({ id }) => id))
  const links = await linksUntil(control, moment, [...own])
  const partners = links.flatMap(({ source, target }) => [source, target]).filter((id) => !own.has(id))
  const others = await readPastHeads(
    control,
    moment,
    sql`head.asset = any(${sql.param([...new Set(partners)])}::uuid[])`,
    partners.length,
  )
  const heads = new Map([...assets, ...others].map((head) => [head.id, head]))
  return new Map(
    links.flatMap((link): [AssetId, AssociationState][] => {
      const shared = {
        status: statusOf(link, heads),
        promotion: link.promotion,
        sourceVersion: link.source_version,
        targetVersion: link.target_version,
      }
      return [
        [link.source, { asset: link.target, environment: link.target_environment, ...shared }],
        [link.target, { asset: link.source, environment: link.source_environment, ...shared }],
      ]
    }),
  )
}

function statusOf(link: LinkRow, heads: ReadonlyMap<AssetId, PastHead>): AssociationState['status'] {
  const moved = (asset: AssetId, version: number, linked: Buffer) =>
    hasMoved(heads.get(asset) ?? null, version, digest(linked.toString('hex')))
  if (link.restored || link.drifted) return 'drifted'
  if (moved(link.target, link.target_version, link.target_digest)) return 'drifted'
  return moved(link.source, link.source_version, link.source_digest) ? 'out_of_date' : 'in_sync'
}
