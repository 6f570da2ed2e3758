import type { AssetEntry } from '../../../domain/asset/history.ts'
import { type Digest, digest, identifier, isUuid, type PromotionId } from '../../../domain/identifiers.ts'
import { isJsonObject, type JsonValue } from '../../../domain/json.ts'
import { readLeaf } from '../../../trust/leaf.ts'

function digestIn(value: JsonValue | undefined): Digest | null {
  return typeof value === 'string' ? digest(value) : null
}

function promotionIn(value: JsonValue | undefined): PromotionId | null {
  return typeof value === 'string' && isUuid(value) ? identifier(value) : null
}

/**
 * Reads an entry about an asset from its leaf, which is what is signed and proved.
 *
 * @throws LeafRefused for bytes that are no leaf.
 */
export function readAssetEntry(leaf: Uint8Array): AssetEntry {
  const { type, time, data } = readLeaf(leaf)
  const { version, digest: found, promotion, actor } = data
  const { person } = isJsonObject(actor) ? actor : {}
  return {
    type,
    time,
    person: typeof person === 'string' ? person : '',
    version: typeof version === 'number' ? version : 0,
    digest: digestIn(found),
    promotion: promotionIn(promotion),
  }
}
