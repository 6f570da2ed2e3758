import type { AssetType } from '../../../domain/asset/asset-type.ts'
import { builtInAssetTypes } from '../../../domain/asset/registry.ts'

/** The registry of asset types, by name. */
export function listAssetTypes(): readonly AssetType[] {
  return builtInAssetTypes.toSorted((one, other) => (one.name < other.name ? -1 : 1))
}
