import { isJsonObject, type JsonValue } from '../../json.ts'
import { compareText } from '../../plan/compare-text.ts'
import { isJsonArray } from '../json/json-array.ts'
import { matchPointer, parsePointer, readTokens } from '../json/pointer.ts'

/** A text that equal JSON values share and no others, whatever the order of their members. */
export function comparable(value: JsonValue): string {
  if (isJsonArray(value)) return `[${value.map(comparable).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value)
  const members = Object.entries(value).sort(([one], [other]) => compareText(one, other))
  return `{${members.map(([member, inner]) => `${JSON.stringify(member)}:${comparable(inner)}`).join(',')}}`
}

/** A place, and the values at some pointers that begin there. */
export interface Tuple {
  readonly pointer: string
  readonly values: readonly JsonValue[]
  readonly text: string
}

/** The places that `each` matches, with the values at `members` of each; a place that lacks one of them is left out. */
export function tuplesAt(content: JsonValue, each: string, members: readonly string[]): readonly Tuple[] {
  const paths = members.map(parsePointer)
  return matchPointer(content, each).flatMap(({ pointer, value }) => {
    const found = paths.map((path) => readTokens(value, path))
    const values = found.filter((one) => one !== undefined)
    return values.length === members.length ? [{ pointer, values, text: comparable(values) }] : []
  })
}
