import diff from 'microdiff'
import { isJsonArray } from '../asset/json/json-array.ts'
import { formatPointer, readPointer } from '../asset/json/pointer.ts'
import { isJsonObject, type JsonValue } from '../json.ts'
import { compareText } from './compare-text.ts'

/** One change at a JSON Pointer (RFC 6901): `from` is what stood there, `to` what stands there now. */
export type Change =
  | { readonly pointer: string; readonly op: 'add'; readonly to: JsonValue }
  | { readonly pointer: string; readonly op: 'remove'; readonly from: JsonValue }
  | { readonly pointer: string; readonly op: 'replace'; readonly from: JsonValue; readonly to: JsonValue }

type Path = readonly (string | number)[]

const operations = Object.freeze({ CREATE: 'add', REMOVE: 'remove', CHANGE: 'replace' } as const)

/**
 * What turns `before` into `after`, by member and element, in an order that RFC 6902 could apply: by path, and
 * removals from an array last to first. Without a `before`, or where the two are not both objects or both arrays, the
 * whole is one change at the empty pointer.
 */
export function difference(before: JsonValue | undefined, after: JsonValue): readonly Change[] {
  if (before === undefined) return [{ pointer: '', op: 'add', to: after }]
  const left = bare(before)
  const right = bare(after)
  if (!isContainer(left) || !isContainer(right) || Array.isArray(left) !== Array.isArray(right)) {
    return left === right ? [] : [{ pointer: '', op: 'replace', from: before, to: after }]
  }
  return diff(left, right, { cyclesFix: false })
    .map(({ path, type }) => ({ path, op: operations[type] }))
    .sort((one, other) => comparePaths(one.path, other.path, one.op === 'remove' && other.op === 'remove'))
    .map(({ path, op }) => change(op, formatPointer(path), before, after))
}

function change(op: Change['op'], pointer: string, before: JsonValue, after: JsonValue): Change {
  switch (op) {
    case 'add':
      return { pointer, op, to: standing(after, pointer) }
    case 'remove':
      return { pointer, op, from: standing(before, pointer) }
    case 'replace':
      return { pointer, op, from: standing(before, pointer), to: standing(after, pointer) }
    default:
      return op satisfies never
  }
}

function standing(content: JsonValue, pointer: string): JsonValue {
  const value = readPointer(content, pointer)
  if (value === undefined) throw new RangeError('a difference names a place that does not exist')
  return value
}

/** microdiff asks with `in`: without prototypes, members called `constructor` or `__proto__` are members like others. */
function bare(value: JsonValue): JsonValue {
  if (isJsonArray(value)) return value.map(bare)
  if (!isJsonObject(value)) return value
  const copy: Record<string, JsonValue> = Object.create(null)
  for (const [member, inner] of Object.entries(value)) copy[member] = bare(inner)
  return copy
}

function isContainer(value: JsonValue): value is JsonValue & object {
  return typeof value === 'object' && value !== null
}

// No path leads below another one: what is changed as a whole is not changed inside as well.
function comparePaths(left: Path, right: Path, removals: boolean): number {
  const depth = left.findIndex((step, place) => step !== right[place])
  const one = left[depth]
  const other = right[depth]
  if (typeof one !== 'number' || typeof other !== 'number') return compareText(String(one), String(other))
  const siblings = depth === left.length - 1 && depth === right.length - 1
  return removals && siblings ? other - one : one - other
}
