import { sql } from 'drizzle-orm'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { AssetId, EnvironmentId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import type { AssetUse } from './references/read-users.ts'
import { openEnvironment } from './rules/open-environment.ts'
import { readAsset } from './view/asset-state.ts'

/** Goes on after one reference of the version that the first page showed. */
export interface UsePosition {
  readonly version: number
  readonly position: number
}

export interface UsesQuery {
  readonly asset: AssetId
  readonly limit: number
  readonly after?: UsePosition | undefined
}

/** References of one version, in the order of its content: one more than the limit where there are more. */
export interface Uses {
  readonly version: number
  readonly uses: readonly (AssetUse & { readonly position: number })[]
}

async function readUses(
  transaction: Transaction,
  environment: EnvironmentId,
  { asset, limit }: UsesQuery,
  { version, position }: UsePosition,
): Promise<Uses> {
  const { rows } = await transaction.execute<{
    id: AssetId
    type: string | null
    name: string | null
    version: number | null
    pointer: string
    required: boolean
    position: number
  }>(sql`
    select reference.target as id, target.type, target.name, target.version, reference.pointer, reference.required,
      reference.position
    from asset_reference as reference
    left join asset as target on target.organization = reference.organization and target.id = reference.target
      and target.environment = reference.environment and target.deleted_at is null
    where reference.organization = ${transaction.organization} and reference.environment = ${environment}
      and reference.asset = ${asset} and reference.version = ${version} and reference.position > ${position}
    order by reference.position limit ${limit + 1}`)
  return { version, uses: rows.map((row) => ({ ...row, resolved: row.type !== null })) }
}

/**
 * What the newest version of an asset uses, whether or not the environment of the caller's key has it. A position pins
 * the version, so that pages stay whole while the asset changes.
 *
 * @throws Refused `not-found`.
 */
export function listUses(context: ServiceContext, query: UsesQuery): Promise<Uses> {
  return openEnvironment(context, null, async (opened) => {
    const { version } = await readAsset(opened, query.asset)
    const after = query.after ?? { version, position: 0 }
    return withOrganization(opened.store, context.caller.organization, (transaction) =>
      readUses(transaction, opened.environment, query, after),
    )
  })
}
