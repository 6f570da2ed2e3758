import type { JsonValue } from '../json.ts'
import type { AssetType } from './asset-type.ts'
import { matchPointer } from './json/pointer.ts'
import { comparable, tuplesAt } from './structure/comparable.ts'

/** Something in content that only so many assets of its type may hold in one environment. */
export interface Claim {
  /** Equal for the same claim of two assets, and for no other one. */
  readonly key: string
  readonly pointer: string
  /** Whatever holds the same claim holds these values somewhere. */
  readonly values: readonly JsonValue[]
  /** How many assets may hold it. */
  readonly maximum: number
}

/** What content claims by its type's rules of cardinality and uniqueness, each claim once. */
export function claimsOf(type: AssetType, content: JsonValue): readonly Claim[] {
  const claims = new Map<string, Claim>()
  for (const [index, { each, members }] of (type.unique ?? []).entries()) {
    for (const { pointer, values, text } of tuplesAt(content, each, members)) {
      const key = `unique/${index}/${text}`
      claims.set(key, { key, pointer, values, maximum: 1 })
    }
  }
  const { cardinality } = type
  if (cardinality !== undefined) {
    for (const { pointer, value } of matchPointer(content, cardinality.pointer)) {
      const key = `cardinality/${comparable(value)}`
      claims.set(key, { key, pointer, values: [value], maximum: cardinality.maximum })
    }
  }
  return [...claims.values()]
}
