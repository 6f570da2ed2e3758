import { isJsonObject, type JsonValue } from '../../json.ts'
import { isJsonArray } from './json-array.ts'

/** Whether two values are equal as JSON: members in any order, elements in order; `undefined` equals itself alone. */
export function sameJson(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (isJsonArray(left)) {
    return (
      isJsonArray(right) &&
      left.length === right.length &&
      left.every((element, index) => sameJson(element, right[index]))
    )
  }
  if (isJsonObject(left)) {
    if (!isJsonObject(right)) return false
    const members = Object.keys(left)
    return (
      members.length === Object.keys(right).length &&
      members.every((member) => Object.hasOwn(right, member) && sameJson(left[member], right[member]))
    )
  }
  return left === right
}
