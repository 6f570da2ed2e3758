import { isJsonObject, type JsonValue } from '../json.ts'
import type { AssetType } from './asset-type.ts'
import { formatPointer, matchPointer, parsePointer, replaceAt } from './json/pointer.ts'

/** Whether what lands of this type is turned off, so that turning it on takes a person who looked at it. */
export function landsOff({ landsAs = [] }: AssetType): boolean {
  return landsAs.length > 0
}

/**
 * Content as it lands: each place of the type's `landsAs` has its fixed value. A place that is not there is added to its
 * object; where that object is not there either, nothing is.
 */
export function asLanded(type: AssetType, content: JsonValue): JsonValue {
  let landed = content
  for (const { pointer: pattern, value } of type.landsAs ?? []) {
    const tokens = parsePointer(pattern)
    const member = tokens.at(-1)
    if (member === undefined) continue
    for (const parent of matchPointer(landed, formatPointer(tokens.slice(0, -1)))) {
      if (!isJsonObject(parent.value)) continue
      landed = replaceAt(landed, parent.pointer, { ...parent.value, [member]: value })
    }
  }
  return landed
}
