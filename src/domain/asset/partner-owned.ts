import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import type { AssetType } from './asset-type.ts'
import { matchPointer, removeAt, replaceAt } from './json/pointer.ts'
import { sameJson } from './json/same-json.ts'

/** An object in content that a partner owns, with the id by which it is known to us. */
export interface PartnerPlace {
  readonly pointer: string
  readonly flag: string
  readonly value: JsonObject
  /** Undefined where it has none that is a text. */
  readonly id: string | undefined
}

/** The objects of content that its type's rules say a partner owns, rule by rule and in document order. */
export function partnerPlaces(type: AssetType, content: JsonValue): readonly PartnerPlace[] {
  return (type.partnerOwned ?? []).flatMap(({ pointer: pattern, flag }) =>
    matchPointer(content, pattern).flatMap(({ pointer, value }) => {
      if (!isJsonObject(value) || value[flag] !== true) return []
      const { id } = value
      return [{ pointer, flag, value, id: typeof id === 'string' ? id : undefined }]
    }),
  )
}

function stub({ id, flag }: PartnerPlace): JsonObject {
  return { ...(id === undefined ? {} : { id }), [flag]: true }
}

/** Content as it is shown: of what a partner owns no more than its id, and that it is the partner's. */
export function withoutPartnerDetail(type: AssetType, content: JsonValue): JsonValue {
  let shown = content
  for (const place of partnerPlaces(type, content)) shown = replaceAt(shown, place.pointer, stub(place))
  return shown
}

/** Content without what a partner owns. Elements leave their array, members their object. */
export function withoutPartnerOwned(type: AssetType, content: JsonValue): JsonValue {
  let own = content
  for (const { pointer } of partnerPlaces(type, content).toReversed()) own = removeAt(own, pointer)
  return own
}

/** Places that a partner owns and that have no id, or one that another such place has: nobody could send them back. */
export function unknowablePartnerPlaces(type: AssetType, content: JsonValue): readonly string[] {
  const seen = new Set<string>()
  return partnerPlaces(type, content).flatMap(({ id, pointer }) => {
    if (id === undefined || seen.has(id)) return [pointer]
    seen.add(id)
    return []
  })
}

/** The next version's content, or the pointers at which it would add, change or remove what a partner owns. */
export type KeptPartnerDetail =
  | { readonly kind: 'kept'; readonly content: JsonValue }
  | { readonly kind: 'refused'; readonly pointers: readonly string[] }

/**
 * Puts the detail of what a partner owns back into content that was sent as it is shown. Each such place of `before`
 * must come back once, as it is shown or as it is stored, and no other one may come; where it stands in its array does
 * not matter. A removed one is refused at the pointer it had in `before`.
 */
export function keepPartnerDetail(type: AssetType, before: JsonValue, after: JsonValue): KeptPartnerDetail {
  const missing = new Map(partnerPlaces(type, before).map((place) => [place.id, place]))
  const refused: string[] = []
  let content = after
  for (const place of partnerPlaces(type, after)) {
    const stored = place.id === undefined ? undefined : missing.get(place.id)
    const unchanged = stored !== undefined && sameJson(place.value, stored.value)
    if (stored === undefined || !(unchanged || sameJson(place.value, stub(stored)))) {
      refused.push(place.pointer)
    } else {
      missing.delete(stored.id)
      content = replaceAt(content, place.pointer, stored.value)
    }
  }
  refused.push(...[...missing.values()].map(({ pointer }) => pointer))
  return refused.length === 0 ? { kind: 'kept', content } : { kind: 'refused', pointers: refused }
}

/** Whether `pointer` stands at or below one of `places`. */
export function isWithin(pointer: string, places: readonly PartnerPlace[]): boolean {
  return places.some((place) => pointer === place.pointer || pointer.startsWith(`${place.pointer}/`))
}
