import type { AssetId } from '../identifiers.ts'
import { compareText } from './compare-text.ts'

export interface OrderedItem {
  readonly asset: AssetId
  /** What it refers to; ids outside the bundle do not matter here. */
  readonly references: readonly AssetId[]
}

export type DependencyOrder =
  | { readonly kind: 'ordered'; readonly assets: readonly AssetId[] }
  | { readonly kind: 'cycle'; readonly assets: readonly AssetId[] }

interface Visit {
  readonly asset: AssetId
  readonly references: readonly AssetId[]
  next: number
}

/**
 * The assets of a bundle, each once and after all it refers to; or the members of one reference cycle, each referring
 * to the next and the last to the first. The answer depends on the ids alone, not on the order of `items`.
 */
export function dependencyOrder(items: readonly OrderedItem[]): DependencyOrder {
  const references = referencesWithin(items)
  const finished = new Set<AssetId>()
  for (const start of references.keys()) {
    const cycle = visitFrom(start, references, finished)
    if (cycle !== undefined) return { kind: 'cycle', assets: cycle }
  }
  return { kind: 'ordered', assets: [...finished] }
}

/** A depth-first walk on a stack of its own: a chain of ten thousand references would overflow the call stack. */
function visitFrom(
  start: AssetId,
  references: ReadonlyMap<AssetId, readonly AssetId[]>,
  finished: Set<AssetId>,
): readonly AssetId[] | undefined {
  if (finished.has(start)) return undefined
  const visits: Visit[] = [visit(start, references)]
  const open = new Set([start])
  for (let current = visits.at(-1); current !== undefined; current = visits.at(-1)) {
    const next = current.references[current.next]
    current.next += 1
    if (next === undefined) {
      visits.pop()
      open.delete(current.asset)
      finished.add(current.asset)
    } else if (open.has(next)) {
      return fromSmallest([...open].slice([...open].indexOf(next)))
    } else if (!finished.has(next)) {
      visits.push(visit(next, references))
      open.add(next)
    }
  }
  return undefined
}

function visit(asset: AssetId, references: ReadonlyMap<AssetId, readonly AssetId[]>): Visit {
  return { asset, references: references.get(asset) ?? [], next: 0 }
}

function referencesWithin(items: readonly OrderedItem[]): ReadonlyMap<AssetId, readonly AssetId[]> {
  const byAsset = new Map<AssetId, Set<AssetId>>()
  for (const { asset } of items.toSorted((left, right) => compareText(left.asset, right.asset))) {
    byAsset.set(asset, new Set())
  }
  for (const { asset, references } of items) {
    for (const reference of references) {
      if (byAsset.has(reference)) byAsset.get(asset)?.add(reference)
    }
  }
  return new Map([...byAsset].map(([asset, references]) => [asset, [...references].sort(compareText)]))
}

function fromSmallest(cycle: readonly AssetId[]): readonly AssetId[] {
  const smallest = cycle.reduce((least, asset, index) => (asset < (cycle[least] ?? asset) ? index : least), 0)
  return [...cycle.slice(smallest), ...cycle.slice(0, smallest)]
}
