import type { AssetType } from '../asset/asset-type.ts'
import { claimsOf } from '../asset/claims.ts'
import type { AssetId } from '../identifiers.ts'
import type { JsonValue } from '../json.ts'
import type { Finding } from './finding.ts'

/** What an asset of the destination holds, or will hold. */
export interface Holder {
  readonly type: AssetType
  /** Its id in the destination. */
  readonly target: AssetId
  readonly content: JsonValue
}

/** What a bundle would land, with the staging asset that each comes from. */
export interface LandingHolder extends Holder {
  readonly asset: AssetId
}

function claimants(holders: readonly Holder[]): ReadonlyMap<string, ReadonlySet<AssetId>> {
  const found = new Map<string, Set<AssetId>>()
  for (const { type, target, content } of holders) {
    for (const { key } of claimsOf(type, content)) {
      const name = `${type.name}/${key}`
      found.set(name, (found.get(name) ?? new Set()).add(target))
    }
  }
  return found
}

/**
 * Blockers, rule `taken`, for whatever a bundle would land beside too many others that hold the same: of the bundle, or
 * of those that stand in the destination and are not replaced by it.
 */
export function takenFindings(
  landing: readonly LandingHolder[],
  standing: readonly Holder[],
): readonly Finding[] {
  const replaced = new Set(landing.map(({ target }) => target))
  const holders = claimants([...landing, ...standing.filter(({ target }) => !replaced.has(target))])
  return landing.flatMap(({ type, asset, content }) =>
    claimsOf(type, content).flatMap(({ key, pointer, maximum }): Finding[] => {
      if ((holders.get(`${type.name}/${key}`)?.size ?? 0) <= maximum) return []
      return [
        {
          rule: 'taken',
          severity: 'blocker',
          asset,
          pointer,
          message: 'In the destination another asset holds this already, and only so many may.',
        },
      ]
    }),
  )
}
