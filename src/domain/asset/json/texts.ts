import { isJsonObject, type JsonValue } from '../../json.ts'
import { isJsonArray } from './json-array.ts'
import { formatPointer } from './pointer.ts'

/** A string in content, and where it stands. */
export interface PlacedText {
  readonly pointer: string
  readonly text: string
}

/** An object in content by the names of its members, and where it stands. */
export interface PlacedMembers {
  readonly pointer: string
  readonly names: readonly string[]
}

interface Visitor {
  text?(text: string, path: readonly (string | number)[]): void
  members?(names: readonly string[], path: readonly (string | number)[]): void
}

// One path for the whole walk: a pointer is only spelt out for what somebody wants. Whole bundles are walked again and
// again, so it makes nothing on its way but the names.
function walk(value: JsonValue, path: (string | number)[], visitor: Visitor): void {
  if (typeof value === 'string') {
    visitor.text?.(value, path)
  } else if (isJsonArray(value)) {
    value.forEach((inner, index) => {
      walkInto(index, inner, path, visitor)
    })
  } else if (isJsonObject(value)) {
    const names = Object.keys(value)
    visitor.members?.(names, path)
    for (const name of names) walkInto(name, value[name] ?? null, path, visitor)
  }
}

function walkInto(
  step: string | number,
  inner: JsonValue,
  path: (string | number)[],
  visitor: Visitor,
): void {
  if (typeof inner === 'number' || typeof inner === 'boolean' || inner === null) return
  path.push(step)
  walk(inner, path, visitor)
  path.pop()
}

/** Every string value of content, in document order; with `wanted`, only those that it says yes to. */
export function textsOf(
  content: JsonValue,
  wanted: (text: string) => boolean = () => true,
): readonly PlacedText[] {
  const found: PlacedText[] = []
  walk(content, [], {
    text(text, path) {
      if (wanted(text)) found.push({ pointer: formatPointer(path), text })
    },
  })
  return found
}

/** Every object of content with the names of its members, in document order; with `wanted`, as for texts. */
export function membersOf(
  content: JsonValue,
  wanted: (names: readonly string[]) => boolean = () => true,
): readonly PlacedMembers[] {
  const found: PlacedMembers[] = []
  walk(content, [], {
    members(names, path) {
      if (wanted(names)) found.push({ pointer: formatPointer(path), names })
    },
  })
  return found
}
