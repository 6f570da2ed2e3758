import type { Digest } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import type { Binding } from '../../../domain/plan/binding.ts'

/** What a person sent along with the pins: kept as content, since bindings hold production's values. */
export type RequestDocument = {
  readonly bindings: readonly Binding[]
  readonly manifest: Digest | null
}

/** Types a parsed request document: the boundary at which what `requestPromotion` stored comes back. */
export function asRequestDocument(document: JsonValue): RequestDocument {
  return document as unknown as RequestDocument
}
