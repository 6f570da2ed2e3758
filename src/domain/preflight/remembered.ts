import type { AssetType } from '../asset/asset-type.ts'
import { isJsonArray } from '../asset/json/json-array.ts'
import { formatPointer, isPosition, matchPointer, parsePointer, readTokens } from '../asset/json/pointer.ts'
import { sameJson } from '../asset/json/same-json.ts'
import { referencesOf } from '../asset/references/references.ts'
import { type AssetId, isUuid } from '../identifiers.ts'
import type { JsonValue } from '../json.ts'

/** The last promotion of an asset: what stood in staging, and what it became in production. */
export interface LastPromoted {
  readonly staged: JsonValue
  readonly rendered: JsonValue
}

// Elements that were left out of production moved the ones behind them: then no position means the same on both sides.
function sameLengths(tokens: readonly string[], one: JsonValue, other: JsonValue): boolean {
  return tokens.every((token, depth) => {
    if (!isPosition(token)) return true
    const path = tokens.slice(0, depth)
    const left = readTokens(one, path)
    const right = readTokens(other, path)
    if (!isJsonArray(left) || !isJsonArray(right)) return !isJsonArray(left) && !isJsonArray(right)
    return left.length === right.length
  })
}

// An element is the one it was where all of it is as it was, or where its value is, and stands in no other element.
function sameElement(before: JsonValue, now: JsonValue, tokens: readonly string[]): boolean {
  const outermost = tokens.slice(0, tokens.findIndex(isPosition) + 1)
  const was = readTokens(before, outermost)
  if (was !== undefined && sameJson(was, readTokens(now, outermost))) return true
  const value = readTokens(before, tokens)
  const everywhere = formatPointer(tokens.map((token) => (isPosition(token) ? '*' : token)))
  const once = (content: JsonValue) =>
    matchPointer(content, everywhere).filter((place) => sameJson(place.value, value)).length === 1
  return sameJson(value, readTokens(now, tokens)) && once(before) && once(now)
}

/**
 * The value that production was given at `pointer` of an asset when it was last promoted; undefined where there is none.
 * Behind a position in an array it counts only where that certainly is the same element as then, since elements move.
 */
export function rememberedValue(
  last: LastPromoted,
  staged: JsonValue,
  pointer: string,
): JsonValue | undefined {
  const tokens = parsePointer(pointer)
  if (!sameLengths(tokens, last.staged, last.rendered)) return undefined
  if (tokens.some(isPosition) && !sameElement(last.staged, staged, tokens)) return undefined
  return readTokens(last.rendered, tokens)
}

/** What the references of the last promotion became in production: staging id to production id. */
export function rememberedTargets(type: AssetType, last: LastPromoted): ReadonlyMap<AssetId, AssetId> {
  const found = referencesOf(type, last.staged).flatMap(({ pointer, asset }): [AssetId, AssetId][] => {
    const tokens = parsePointer(pointer)
    if (!sameLengths(tokens, last.staged, last.rendered)) return []
    const target = readTokens(last.rendered, tokens)
    return typeof target === 'string' && isUuid(target) ? [[asset, target as AssetId]] : []
  })
  return new Map(found)
}
