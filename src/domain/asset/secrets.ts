import { isJsonObject, type JsonValue } from '../json.ts'
import type { AssetType } from './asset-type.ts'
import {
  formatPointer,
  matchPointer,
  parsePointer,
  readPointer,
  readTokens,
  removeAt,
  replaceAt,
} from './json/pointer.ts'

/** A value that stood in the place of a secret. */
export interface FoundSecret {
  readonly pointer: string
  readonly value: JsonValue
}

/** Content without its secrets, and what was taken out. */
export interface SplitContent {
  readonly content: JsonValue
  readonly secrets: readonly FoundSecret[]
}

/** Pointers at which a field that `type` marks secret holds a literal: anything but null, the empty string included. */
export function literalSecrets(type: AssetType, content: JsonValue): readonly string[] {
  return secretsIn(type, content).flatMap(({ pointer, value }) => (value === null ? [] : [pointer]))
}

/** The member that says whether there is a secret: `hasClientSecret` for `clientSecret`. */
export function presenceFlag(field: string): string {
  return `has${field.charAt(0).toUpperCase()}${field.slice(1)}`
}

/**
 * Takes every value out of the places that `type` marks secret; where one stood, content says `has<Field>: true`. Null
 * stands for no value and changes nothing about what is known to be there.
 */
export function splitSecrets(type: AssetType, content: JsonValue): SplitContent {
  const found = secretsIn(type, content)
  let remaining = content
  // From the last to the first, so that removing an element moves none that is still to be removed.
  for (const { pointer, value } of found.toReversed()) {
    remaining = removeAt(remaining, pointer)
    if (value !== null) remaining = withFlag(remaining, pointer)
  }
  return { content: remaining, secrets: found.filter(({ value }) => value !== null) }
}

/** Secret places of which content says `has<Field>: false`, so that there is to be no value. */
export function disclaimedSecrets(type: AssetType, content: JsonValue): readonly string[] {
  return type.secrets.flatMap((pattern) => {
    const tokens = parsePointer(pattern)
    const field = tokens.at(-1) ?? ''
    return matchPointer(content, formatPointer(tokens.slice(0, -1))).flatMap(({ pointer, value }) =>
      isJsonObject(value) && readTokens(value, [presenceFlag(field)]) === false
        ? [pointer + formatPointer([field])]
        : [],
    )
  })
}

/**
 * The pattern of `type` that a secret place follows, by the name of its field or by its whole pointer; undefined when it
 * is none, or when several places go by that name.
 */
export function secretPlace(type: AssetType, field: string): string | undefined {
  if (field.startsWith('/'))
    return type.secrets.some((pattern) => follows(field, pattern)) ? field : undefined
  const named = type.secrets.filter((pattern) => parsePointer(pattern).at(-1) === field)
  return named.length === 1 && !named[0]?.includes('*') ? named[0] : undefined
}

function follows(pointer: string, pattern: string): boolean {
  if (/~(?![01])/.test(pointer)) return false
  const tokens = parsePointer(pointer)
  const expected = parsePointer(pattern)
  return tokens.length === expected.length && expected.every((one, at) => one === '*' || one === tokens[at])
}

function secretsIn(type: AssetType, content: JsonValue): readonly FoundSecret[] {
  return type.secrets.flatMap((pattern) => matchPointer(content, pattern))
}

function withFlag(content: JsonValue, pointer: string): JsonValue {
  const tokens = parsePointer(pointer)
  const parent = formatPointer(tokens.slice(0, -1))
  const holder = readPointer(content, parent)
  if (holder === undefined || !isJsonObject(holder)) return content
  return replaceAt(content, parent, { ...holder, [presenceFlag(tokens.at(-1) ?? '')]: true })
}

/**
 * Pointers of the secrets that content says it has, by `has<Field>` in the place of each, and that its environment has
 * not been given.
 */
export function missingSecrets(
  type: AssetType,
  content: JsonValue,
  supplied: ReadonlySet<string>,
): readonly string[] {
  return type.secrets.flatMap((pattern) => {
    const tokens = parsePointer(pattern)
    const field = tokens.at(-1) ?? ''
    const flags = matchPointer(content, formatPointer([...tokens.slice(0, -1), presenceFlag(field)]))
    return flags.flatMap(({ pointer, value }) => {
      const place = formatPointer([...parsePointer(pointer).slice(0, -1), field])
      return value === true && !supplied.has(place) ? [place] : []
    })
  })
}
