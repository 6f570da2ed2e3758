import type { JsonValue } from './json.ts'

// What nests deeper is left to whoever keeps a stack of their own.
const deepest = 100

/**
 * The value of a text that is spelt as `JSON.stringify` spells it; undefined for any other text, which may be JSON all the
 * same. So spelt, no text has a key twice, a number that a double does not hold, or a value nested deeper than
 * `maximumDepth`: native code reads it, and none of the rules has to be looked for one by one.
 */
export function parsePlain(text: string, maximumDepth: number): JsonValue | undefined {
  // What needs an escape by number may be half a character, or U+0000.
  if (text.includes('\\u')) return undefined
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
  return isNestedWithin(value, Math.min(maximumDepth, deepest)) && JSON.stringify(value) === text
    ? value
    : undefined
}

function isNestedWithin(value: JsonValue, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (depth === 0) return false
  for (const inner of Array.isArray(value) ? value : Object.values(value)) {
    if (!isNestedWithin(inner, depth - 1)) return false
  }
  return true
}

/**
 * The canonical text (RFC 8785) of a value whose members stand in canonical order already; undefined for any other value,
 * which may have one all the same. Numbers and strings are spelt by both in the same way.
 */
export function spellInOrder(value: JsonValue): string | undefined {
  return isInOrder(value, deepest) ? JSON.stringify(value) : undefined
}

// Takes anything: types do not keep a caller from handing over what JSON cannot say.
function isInOrder(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return typeof value === 'boolean' || value === null
  if (depth === 0) return false
  if (Array.isArray(value)) {
    for (const element of value) if (!isInOrder(element, depth - 1)) return false
    return true
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === Object.prototype || prototype === null) && hasMembersInOrder(value, depth)
}

function hasMembersInOrder(value: object, depth: number): boolean {
  let before: string | undefined
  for (const [member, inner] of Object.entries(value)) {
    if (before !== undefined && before >= member) return false
    if (!member.isWellFormed() || !isInOrder(inner, depth - 1)) return false
    before = member
  }
  return true
}
