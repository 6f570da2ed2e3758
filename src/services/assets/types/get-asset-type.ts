import { eq } from 'drizzle-orm'
import { assetType } from '../../../db/control/asset-type.ts'
import { withOrganization } from '../../../db/transaction.ts'
import type { ServiceContext } from '../../context.ts'
import { Refused } from '../../refused.ts'
import { readOwnTypes } from './find-types.ts'
import { builtInTypes, type RegisteredType } from './registered-type.ts'

/**
 * One entry of the organization's registry.
 *
 * @throws Refused `not-found`.
 */
export async function getAssetType(
  { caller, stores }: ServiceContext,
  name: string,
): Promise<RegisteredType> {
  const builtIn = builtInTypes.find(({ type }) => type.name === name)
  if (builtIn !== undefined) return builtIn
  const [own] = await withOrganization(stores.control, caller.organization, (control) =>
    readOwnTypes(control, eq(assetType.name, name)),
  )
  if (own === undefined) throw new Refused('not-found', 'There is no such asset type.')
  return own
}
