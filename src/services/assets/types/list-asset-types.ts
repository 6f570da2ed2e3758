import { sql } from 'drizzle-orm'
import { assetType } from '../../../db/control/asset-type.ts'
import { withOrganization } from '../../../db/transaction.ts'
import { compareText } from '../../../domain/plan/compare-text.ts'
import type { ServiceContext } from '../../context.ts'
import { readOwnTypes } from './find-types.ts'
import { builtInTypes, type RegisteredType } from './registered-type.ts'

export interface TypeQuery {
  readonly limit: number
  /** Only types whose name comes after this one. */
  readonly after?: string | undefined
}

/** The organization's registry of asset types, by name: one more than `limit` where there are more. */
export async function listAssetTypes(
  { caller, stores }: ServiceContext,
  { limit, after }: TypeQuery,
): Promise<readonly RegisteredType[]> {
  const later = after === undefined ? undefined : sql`${assetType.name} collate "C" > ${after}`
  const own = await withOrganization(stores.control, caller.organization, (control) =>
    readOwnTypes(control, later, limit + 1),
  )
  const builtIn = builtInTypes.filter(({ type }) => after === undefined || type.name > after)
  return [...own, ...builtIn]
    .sort((one, other) => compareText(one.type.name, other.type.name))
    .slice(0, limit + 1)
}
