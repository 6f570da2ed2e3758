import type { AssetId } from '../../identifiers.ts'

/** That the content of `source` names `target`. */
export interface ReferenceEdge {
  readonly source: AssetId
  readonly target: AssetId
}

/**
 * The shortest circle of references that leads from `asset` back to it, each asset once, beginning with `asset`; null
 * when none does. Takes time in proportion to the edges.
 */
export function referenceCircle(asset: AssetId, edges: readonly ReferenceEdge[]): readonly AssetId[] | null {
  const following = Map.groupBy(edges, ({ source }) => source)
  const cameFrom = new Map<AssetId, AssetId>()
  const waiting = [asset]
  for (const source of waiting) {
    for (const { target } of following.get(source) ?? []) {
      if (target === asset) return pathTo(asset, source, cameFrom)
      if (cameFrom.has(target)) continue
      cameFrom.set(target, source)
      waiting.push(target)
    }
  }
  return null
}

function pathTo(asset: AssetId, last: AssetId, cameFrom: ReadonlyMap<AssetId, AssetId>): readonly AssetId[] {
  const path = [last]
  for (let step = last; step !== asset; ) {
    step = cameFrom.get(step) ?? asset
    path.push(step)
  }
  return path.reverse()
}
