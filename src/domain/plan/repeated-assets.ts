import type { AssetId } from '../identifiers.ts'
import { compareText } from './compare-text.ts'

/** The assets that a request lists more than once, each once, sorted; a promotion carries one version of an asset. */
export function repeatedAssets(assets: readonly AssetId[]): readonly AssetId[] {
  const seen = new Set<AssetId>()
  const repeated = new Set<AssetId>()
  for (const asset of assets) (seen.has(asset) ? repeated : seen).add(asset)
  return [...repeated].sort(compareText)
}
