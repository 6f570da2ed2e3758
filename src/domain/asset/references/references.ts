import type { AssetId } from '../../identifiers.ts'
import type { JsonValue } from '../../json.ts'
import type { AssetType, ReferenceRule } from '../asset-type.ts'
import { matchPointer } from '../json/pointer.ts'
import { withoutPartnerDetail } from '../partner-owned.ts'

/** One reference found in content. `asset` is the string as it stands there; whether it is an id is for its reader. */
export interface AssetReference {
  readonly pointer: string
  readonly asset: AssetId
  readonly rule: ReferenceRule
}

/**
 * The references of `content` by the rules of `type`: rule by rule, each in document order. Places that are absent,
 * null or no string name no asset and are left out; that a required one is there is the schema's to say.
 */
export function referencesOf(type: AssetType, content: JsonValue): readonly AssetReference[] {
  return type.references.flatMap((rule) =>
    matchPointer(content, rule.pointer).flatMap(({ pointer, value }) =>
      typeof value === 'string' ? [{ pointer, asset: asFound(value), rule }] : [],
    ),
  )
}

/** The same without what a partner owns, of which nobody here is shown what it refers to. */
export function ownReferencesOf(type: AssetType, content: JsonValue): readonly AssetReference[] {
  return referencesOf(type, withoutPartnerDetail(type, content))
}

function asFound(value: string): AssetId {
  return value as AssetId
}
