import type { JsonValue } from '../json.ts'
import type { AssetType } from './asset-type.ts'
import { matchPointer, readPointer } from './json/pointer.ts'
import { sameJson } from './json/same-json.ts'

/** Pointers of the immutable places of `type` whose value differs between two versions; coming and going differ too. */
export function changedImmutables(type: AssetType, before: JsonValue, after: JsonValue): readonly string[] {
  const places = type.immutable.flatMap((pattern) =>
    [...matchPointer(before, pattern), ...matchPointer(after, pattern)].map(({ pointer }) => pointer),
  )
  return [...new Set(places)].filter(
    (pointer) => !sameJson(readPointer(before, pointer), readPointer(after, pointer)),
  )
}
