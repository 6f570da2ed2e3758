import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts'
import type { PointerPattern } from '../asset-type.ts'
import { isJsonArray } from './json-array.ts'

/** One place in content: its pointer (RFC 6901, no wildcards) and the value that stands there. */
export interface PointerMatch {
  readonly pointer: string
  readonly value: JsonValue
}

const arrayIndex = /^(?:0|[1-9][0-9]*)$/

/**
 * Splits a JSON Pointer into its unescaped reference tokens (RFC 6901 §4); the empty pointer has none.
 *
 * @throws RangeError when `pointer` is not a JSON Pointer.
 */
export function parsePointer(pointer: string): readonly string[] {
  if (pointer === '') return []
  if (!pointer.startsWith('/')) throw new RangeError('a JSON Pointer is empty or starts with "/"')
  if (/~(?![01])/.test(pointer)) throw new RangeError('in a JSON Pointer "~" is followed by "0" or "1"')
  return pointer
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Whether a reference token may name an element of an array by its position. */
export function isPosition(token: string): boolean {
  return arrayIndex.test(token)
}

/** Writes reference tokens as a JSON Pointer, escaping `~` and `/` (RFC 6901 §3). */
export function formatPointer(tokens: readonly (string | number)[]): string {
  return tokens.map((token) => `/${escapeToken(String(token))}`).join('')
}

function escapeToken(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1')
}

/**
 * The value at `pointer`, or undefined when nothing stands there. Only own members count: `__proto__` is data.
 *
 * @throws RangeError when `pointer` is not a JSON Pointer.
 */
export function readPointer(content: JsonValue, pointer: string): JsonValue | undefined {
  return readTokens(content, parsePointer(pointer))
}

/** The same by reference tokens, for whoever reads at one pointer many times. */
export function readTokens(content: JsonValue, tokens: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = content
  for (const token of tokens) {
    value = childOf(value, token)
    if (value === undefined) return undefined
  }
  return value
}

/**
 * Every existing place that `pattern` matches, in document order. A `*` token stands for each element of an array or
 * each member of an object; every other token is taken literally.
 *
 * @throws RangeError when `pattern` is not a pointer pattern.
 */
export function matchPointer(content: JsonValue, pattern: PointerPattern): readonly PointerMatch[] {
  const matches: PointerMatch[] = []
  match({ pointer: '', value: content }, parsePointer(pattern), 0, matches)
  return matches
}

function match(
  { pointer, value }: PointerMatch,
  tokens: readonly string[],
  depth: number,
  matches: PointerMatch[],
): void {
  const token = tokens[depth]
  if (token === undefined) {
    matches.push({ pointer, value })
    return
  }
  // Most of what is matched are the elements of an array, whose positions need no look-up and no escaping.
  if (token === '*' && isJsonArray(value)) {
    for (const [position, element] of value.entries()) {
      match({ pointer: `${pointer}/${position}`, value: element }, tokens, depth + 1, matches)
    }
    return
  }
  for (const step of tokensAt(value, token)) {
    const child = childOf(value, step)
    if (child === undefined) continue
    match({ pointer: `${pointer}/${escapeToken(step)}`, value: child }, tokens, depth + 1, matches)
  }
}

/**
 * A copy of `content` with `value` in the place of what stands at `pointer`; untouched parts are shared.
 *
 * @throws RangeError when `pointer` is not a JSON Pointer or nothing stands there.
 */
export function replaceAt(content: JsonValue, pointer: string, value: JsonValue): JsonValue {
  return changeAt(content, parsePointer(pointer), () => value)
}

/**
 * A copy of `content` without the member or element at `pointer`; later elements of an array move up.
 *
 * @throws RangeError when `pointer` is not a JSON Pointer, is empty, or nothing stands there.
 */
export function removeAt(content: JsonValue, pointer: string): JsonValue {
  const tokens = parsePointer(pointer)
  const last = tokens.at(-1)
  if (last === undefined || readPointer(content, pointer) === undefined) throw nothingThere()
  return changeAt(content, tokens.slice(0, -1), (parent) => {
    if (isJsonArray(parent)) return parent.toSpliced(Number(last), 1)
    if (isJsonObject(parent)) return fromMembers(Object.entries(parent).filter(([member]) => member !== last))
    throw nothingThere()
  })
}

function changeAt(
  content: JsonValue,
  tokens: readonly string[],
  change: (value: JsonValue) => JsonValue,
): JsonValue {
  const [token, ...rest] = tokens
  if (token === undefined) return change(content)
  const child = childOf(content, token)
  if (child === undefined) throw nothingThere()
  const changed = changeAt(child, rest, change)
  if (isJsonArray(content)) return content.with(Number(token), changed)
  if (!isJsonObject(content)) throw nothingThere()
  return fromMembers(
    Object.entries(content).map(([member, value]) => [member, member === token ? changed : value]),
  )
}

function childOf(value: JsonValue | undefined, token: string): JsonValue | undefined {
  if (isJsonArray(value)) return arrayIndex.test(token) ? value[Number(token)] : undefined
  return isJsonObject(value) && Object.hasOwn(value, token) ? value[token] : undefined
}

function tokensAt(value: JsonValue, token: string): readonly string[] {
  if (token !== '*') return [token]
  return isJsonObject(value) ? Object.keys(value) : []
}

/** `Object.fromEntries` defines members, so that one called `__proto__` stays data. */
function fromMembers(members: readonly (readonly [string, JsonValue])[]): JsonObject {
  return Object.fromEntries(members)
}

function nothingThere(): RangeError {
  return new RangeError('nothing stands at this JSON Pointer')
}
