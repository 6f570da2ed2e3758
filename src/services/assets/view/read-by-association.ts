import { and, inArray, lt, type SQL, sql } from 'drizzle-orm'
import { asset } from '../../../db/environment/asset.ts'
import type { AssetId } from '../../../domain/identifiers.ts'
import type { OpenEnvironment } from '../rules/open-environment.ts'
import { type AssetState, readAssets } from './asset-state.ts'
import type { AssociationStatus } from './associations.ts'

export interface AssociationFilter {
  readonly filter: SQL | undefined
  readonly status: AssociationStatus | 'none'
  readonly before: AssetId | undefined
  readonly limit: number
}

const candidates = 500

async function linkedAssets(
  { control, environment, kind }: OpenEnvironment,
  before: AssetId | undefined,
): Promise<readonly AssetId[]> {
  const own = sql.identifier(kind === 'production' ? 'target_asset' : 'source_asset')
  const end = sql.identifier(kind === 'production' ? 'destination_environment' : 'source_environment')
  const { rows } = await control.execute<{ id: AssetId }>(sql`
    select distinct association.${own} as id from association
    join promotion on promotion.organization = association.organization and promotion.id = association.promotion
    where association.organization = ${control.organization} and promotion.${end} = ${environment}
      and ${before === undefined ? sql`true` : sql`association.${own} < ${before}::uuid`}
    order by id desc limit ${candidates}`)
  return rows.map(({ id }) => id)
}

/**
 * Assets whose link stands as asked, newest first. Links stand in control and assets in their environment's store, so
 * candidates are taken from the one that has fewer, and judged as every reading judges them, until there are enough.
 */
export async function readByAssociation(
  opened: OpenEnvironment,
  { filter, status, before, limit }: AssociationFilter,
): Promise<readonly AssetState[]> {
  const found: AssetState[] = []
  let next = before
  for (;;) {
    const linked = status === 'none' ? null : await linkedAssets(opened, next)
    if (linked?.length === 0) return found
    const older = next === undefined ? undefined : lt(asset.id, next)
    const among = linked === null ? older : inArray(asset.id, [...linked])
    const rows = await readAssets(opened, and(filter, among), candidates)
    found.push(...rows.filter(({ association }) => (association?.status ?? 'none') === status))
    const seen: readonly AssetId[] = linked ?? rows.map(({ id }) => id)
    next = seen.at(-1)
    if (found.length >= limit || seen.length < candidates) return found.slice(0, limit)
  }
}
