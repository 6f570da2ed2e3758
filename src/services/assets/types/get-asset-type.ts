import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { findAssetType } from '../../../domain/asset/registry.ts'
import { Refused } from '../../refused.ts'

/**
 * One entry of the registry.
 *
 * @throws Refused `not-found`.
 */
export function getAssetType(name: string): AssetType {
  const type = findAssetType(name)
  if (type === undefined) throw new Refused('not-found', 'There is no such asset type.')
  return type
}
