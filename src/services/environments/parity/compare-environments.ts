import { type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetId, EnvironmentId, PromotionId } from '../../../domain/identifiers.ts'

/** How two environments differ in an asset, as control's index knows both. */
export type Difference = 'onlyHere' | 'onlyThere' | 'behind' | 'drifted'

export const differences: readonly Difference[] = ['onlyHere', 'onlyThere', 'behind', 'drifted']

/** An asset of the environment asked about, or, for `onlyThere`, of the other one. */
export interface DifferingAsset {
  readonly asset: AssetId
  readonly type: string
  readonly version: number
  /** On the other side, with the version it has there and the promotion that linked them; null where there is none. */
  readonly partner: {
    readonly asset: AssetId
    readonly version: number
    readonly promotion: PromotionId
  } | null
}

export interface ComparedEnvironments {
  readonly here: EnvironmentId
  readonly there: EnvironmentId
  /** Which of the two the associations lead from, and to. */
  readonly source: EnvironmentId
  readonly destination: EnvironmentId
}

interface ComparedRow extends Record<string, unknown> {
  readonly difference: Difference
  readonly asset: AssetId
  readonly type: string
  readonly version: number
  readonly partner: AssetId | null
  readonly partner_version: number | null
  readonly promotion: PromotionId | null
}

// As in the view of an asset: an older version than the linked one tells nothing, because the index may lag behind.
const targetMoved = sql`target.version > link.target_version and target.digest is distinct from link.target_digest`
const sourceMoved = sql`source.version > link.source_version and source.digest is distinct from link.source_digest`

// What was found, or restored, before the last promotion speaks of the past.
const recorded = (table: 'asset_drift' | 'asset_restoration') => sql`exists (
  select from ${sql.identifier(table)} as found where found.organization = link.organization
    and found.asset = link.target_asset and found.promotion = link.promotion)`
const drifted = sql`(${targetMoved} or ${recorded('asset_drift')} or ${recorded('asset_restoration')})`

function compared(organization: string, { here, there, source, destination }: ComparedEnvironments): SQL {
  const mine = source === here
  const own = mine ? sql`source` : sql`target`
  const other = mine ? sql`target` : sql`source`
  const alone = (difference: Difference, environment: EnvironmentId, side: SQL) => sql`
    select ${difference}::text as difference, head.asset, head.type, head.version, null::uuid as partner,
      null::integer as partner_version, null::uuid as promotion
    from asset_head as head
    where head.organization = ${organization}::uuid and head.environment = ${environment}::uuid and not head.deleted
      and head.version > 0 and not exists (select from pairs where pairs.${side} = head.asset)`
  return sql`with pairs as (
    select ${own}.asset as own, ${other}.asset as other, ${own}.type, ${own}.version,
      ${other}.version as other_version, link.promotion,
      case when ${drifted} then 'drifted' when ${sourceMoved} then 'behind' end as difference
    from association as link
    join asset_head as source on source.organization = link.organization and source.asset = link.source_asset
      and source.environment = ${source}::uuid and not source.deleted
    join asset_head as target on target.organization = link.organization and target.asset = link.target_asset
      and target.environment = ${destination}::uuid and not target.deleted
    where link.organization = ${organization}::uuid and link.destination_environment = ${destination}::uuid
  ), compared as (
    ${alone('onlyHere', here, sql`own`)}
    union all ${alone('onlyThere', there, sql`other`)}
    union all select difference, own, type, version, other, other_version, promotion from pairs
      where difference is not null
  )`
}

/** How many assets there are of each difference. */
export async function countDifferences(
  control: Transaction,
  environments: ComparedEnvironments,
): Promise<ReadonlyMap<Difference, number>> {
  const { rows } = await control.execute<{ difference: Difference; count: string }>(
    sql`${compared(control.organization, environments)} select difference, count(*) from compared group by difference`,
  )
  return new Map(rows.map(({ difference, count }) => [difference, Number(count)]))
}

/** Assets of one difference, newest first, at most `limit`; after one of them where it is given. */
export async function listDifferences(
  control: Transaction,
  environments: ComparedEnvironments,
  {
    difference,
    after,
    limit,
  }: { readonly difference: Difference; readonly after?: AssetId; readonly limit: number },
): Promise<readonly DifferingAsset[]> {
  const rest = after === undefined ? sql`` : sql`and asset < ${after}::uuid`
  const { rows } = await control.execute<ComparedRow>(
    sql`${compared(control.organization, environments)} select * from compared
      where difference = ${difference} ${rest} order by asset desc limit ${limit}`,
  )
  return rows.map(({ asset, type, version, partner, partner_version, promotion }) => ({
    asset,
    type,
    version,
    partner:
      partner === null || partner_version === null || promotion === null
        ? null
        : { asset: partner, version: partner_version, promotion },
  }))
}
