import type { AssetId } from '../../identifiers.ts'
import type { JsonValue } from '../../json.ts'
import type { AssetType } from '../asset-type.ts'
import { replaceAt } from '../json/pointer.ts'
import { ownReferencesOf } from './references.ts'

/** A copy of `content` whose own references to the assets in `targets` name what they stand for; all others stay. */
export function rewriteReferences(
  type: AssetType,
  content: JsonValue,
  targets: ReadonlyMap<AssetId, AssetId>,
): JsonValue {
  let rewritten = content
  for (const { pointer, asset } of ownReferencesOf(type, content)) {
    const target = targets.get(asset)
    if (target !== undefined && target !== asset) rewritten = replaceAt(rewritten, pointer, target)
  }
  return rewritten
}
