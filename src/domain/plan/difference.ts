import diff from 'microdiff'
import { isJsonArray } from '../asset/json/json-array.ts'
import { formatPointer, readPointer } from '../asset/json/pointer.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
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
  if (!isContainer(before) || !isContainer(after) || Array.isArray(before) !== Array.isArray(after)) {
    return before === after ? [] : [{ pointer: '', op: 'replace', from: before, to: after }]
  }
  const [left, right] = outlines(before, after) ?? []
  if (!isContainer(left) || !isContainer(right)) return []
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

/** Content without its values, as far as it differs from the other side. */
type Outline = null | number | Outline[] | { [member: string]: Outline }

/**
 * Both sides where they differ, undefined where they do not: most of two versions is the same, and need not be compared
 * place by place.
 */
function outlines(before: JsonValue, after: JsonValue): readonly [Outline, Outline] | undefined {
  if (isJsonArray(before) && isJsonArray(after)) return outlinesOfArrays(before, after)
  if (isJsonObject(before) && isJsonObject(after)) return outlinesOfObjects(before, after)
  return before === after ? undefined : [0, 1]
}

function outlinesOfArrays(before: readonly JsonValue[], after: readonly JsonValue[]) {
  const left: Outline[] = before.map(() => null)
  const right: Outline[] = after.map(() => null)
  let same = before.length === after.length
  for (const [place, element] of before.entries()) {
    const other = after[place]
    const pair = other === undefined ? undefined : outlines(element, other)
    if (pair === undefined) continue
    same = false
    left[place] = pair[0]
    right[place] = pair[1]
  }
  return same ? undefined : ([left, right] as const)
}

// microdiff asks with `in`: without prototypes, members called `constructor` or `__proto__` are members like others.
function outlinesOfObjects(before: JsonObject, after: JsonObject) {
  const left: Record<string, Outline> = Object.create(null)
  const right: Record<string, Outline> = Object.create(null)
  for (const [member, value] of Object.entries(before)) {
    const other = Object.hasOwn(after, member) ? after[member] : undefined
    const pair = other === undefined ? undefined : outlines(value, other)
    if (other === undefined) left[member] = null
    if (pair === undefined) continue
    left[member] = pair[0]
    right[member] = pair[1]
  }
  for (const member of Object.keys(after)) if (!Object.hasOwn(before, member)) right[member] = null
  const same = Object.keys(left).length === 0 && Object.keys(right).length === 0
  return same ? undefined : ([left, right] as const)
}

function isContainer<Value>(value: Value): value is Value & object {
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
