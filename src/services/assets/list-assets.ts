import { and, eq, isNotNull, isNull, lt, type SQL, sql } from 'drizzle-orm'
import { asset } from '../../db/environment/asset.ts'
import type { AssetId, EnvironmentId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { openEnvironment } from './rules/open-environment.ts'
import { type AssetState, readAssets } from './view/asset-state.ts'
import type { AssociationStatus } from './view/associations.ts'
import { readByAssociation } from './view/read-by-association.ts'

export interface AssetQuery {
  readonly environment: EnvironmentId
  readonly type?: string | undefined
  readonly name?: string | undefined
  /** Whether a version is in use. */
  readonly active?: boolean | undefined
  /** Deleted ones instead of those that are not. */
  readonly deleted?: boolean | undefined
  /** How the link with the other side stands; `none` for assets without one. */
  readonly association?: AssociationStatus | 'none' | undefined
  readonly limit: number
  /** Only assets older than this one. */
  readonly before?: AssetId | undefined
}

function activeFilter(active: boolean | undefined): SQL | undefined {
  if (active === undefined) return undefined
  const inUse = sql`exists (select from active_version as in_use
    where in_use.organization = ${asset.organization} and in_use.asset = ${asset.id})`
  return active ? inUse : sql`not ${inUse}`
}

/** Assets of the environment of the caller's key, newest first: one more than `limit` where there are more. */
export function listAssets(context: ServiceContext, query: AssetQuery): Promise<readonly AssetState[]> {
  const { environment, type, name, active, deleted = false, association, limit, before } = query
  const filter = and(
    type === undefined ? undefined : eq(asset.type, type),
    name === undefined ? undefined : eq(asset.name, name),
    activeFilter(active),
    deleted ? isNotNull(asset.deletedAt) : isNull(asset.deletedAt),
  )
  const older = before === undefined ? undefined : lt(asset.id, before)
  return openEnvironment(context, environment, (opened) =>
    association === undefined
      ? readAssets(opened, and(filter, older), limit + 1)
      : readByAssociation(opened, { filter, status: association, before, limit: limit + 1 }),
  )
}
