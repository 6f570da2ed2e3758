import { isJsonObject, type JsonValue } from '../../json.ts'
import { isJsonArray } from './json-array.ts'
import { formatPointer } from './pointer.ts'

/** A string in content, and where it stands. */
export interface PlacedText {
  readonly pointer: string
  readonly text: string
}

/** Every string value of content, in document order. */
export function textsOf(content: JsonValue, pointer = ''): readonly PlacedText[] {
  if (typeof content === 'string') return [{ pointer, text: content }]
  if (isJsonArray(content)) return content.flatMap((value, index) => textsOf(value, `${pointer}/${index}`))
  if (!isJsonObject(content)) return []
  return Object.entries(content).flatMap(([member, value]) =>
    textsOf(value, pointer + formatPointer([member])),
  )
}

/** Every object of content with the names of its members, in document order. */
export function membersOf(
  content: JsonValue,
  pointer = '',
): readonly { readonly pointer: string; readonly names: readonly string[] }[] {
  if (isJsonArray(content)) return content.flatMap((value, index) => membersOf(value, `${pointer}/${index}`))
  if (!isJsonObject(content)) return []
  const inner = Object.entries(content).flatMap(([member, value]) =>
    membersOf(value, pointer + formatPointer([member])),
  )
  return [{ pointer, names: Object.keys(content) }, ...inner]
}
