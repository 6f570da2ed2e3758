import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetId, EnvironmentId } from '../../../domain/identifiers.ts'

/** One reference between two assets, as seen from one of them: the other one, and where it is named. */
export interface AssetUse {
  readonly id: AssetId
  /** Null, as are name and version, for an asset that the environment does not have. */
  readonly type: string | null
  readonly name: string | null
  readonly version: number | null
  /** Into the content of the one that refers. */
  readonly pointer: string
  readonly required: boolean
  readonly resolved: boolean
}

/** Goes on after the reference at `position` of this asset. */
export interface UserPosition {
  readonly asset: AssetId
  readonly position: number
}

export interface UserQuery {
  readonly asset: AssetId
  readonly environment: EnvironmentId
  readonly limit: number
  readonly after?: UserPosition | undefined
}

/**
 * References to an asset from the newest versions of others that are not deleted: of the newest asset first, and of
 * each in the order of its content.
 */
export async function readUsers(
  transaction: Transaction,
  { asset, environment, limit, after }: UserQuery,
): Promise<readonly (AssetUse & UserPosition)[]> {
  const { organization } = transaction
  const onwards =
    after === undefined
      ? sql``
      : sql`and (reference.asset < ${after.asset}
          or (reference.asset = ${after.asset} and reference.position > ${after.position}))`
  const { rows } = await transaction.execute<{
    id: AssetId
    type: string
    name: string
    version: number
    pointer: string
    required: boolean
    position: number
  }>(sql`
    select referring.id, referring.type, referring.name, referring.version, reference.pointer, reference.required,
      reference.position
    from asset_reference as reference
    join asset as referring on referring.organization = reference.organization and referring.id = reference.asset
      and referring.version = reference.version and referring.deleted_at is null
    where reference.organization = ${organization} and reference.environment = ${environment}
      and reference.target = ${asset} ${onwards}
    order by reference.asset desc, reference.position limit ${limit}`)
  return rows.map((row) => ({ ...row, asset: row.id, resolved: true }))
}
