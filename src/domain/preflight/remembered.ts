import type { AssetType } from '../asset/asset-type.ts'
import { isJsonArray } from '../asset/json/json-array.ts'
import { isPosition, parsePointer, readTokens } from '../asset/json/pointer.ts'
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

/**
 * The value that production was given at `pointer` of an asset when it was last promoted; undefined where there is none.
 * Behind a position in an array it counts only where staging still has the same value there, since elements move.
 */
export function rememberedValue(
  last: LastPromoted,
  staged: JsonValue,
  pointer: string,
): JsonValue | undefined {
  const tokens = parsePointer(pointer)
  if (!sameLengths(tokens, last.staged, last.rendered)) return undefined
  const before = readTokens(last.staged, tokens)
  const now = readTokens(staged, tokens)
  const moves = tokens.some(isPosition)
  if (moves && (before === undefined || now === undefined || !sameJson(before, now))) return undefined
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
