import type { AssetId, Digest, Instant, PersonId, TextId } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import type { Binding } from '../../../domain/plan/binding.ts'

/** The exact version that a promotion is about. */
export type Pin = {
  readonly asset: AssetId
  readonly type: string
  readonly version: number
  readonly digest: Digest
}

/** A finding that the requester took note of; their words stand in the erasable side table. */
export type StoredAcknowledgement = {
  readonly rule: string
  readonly asset: AssetId
  readonly pointer: string
  readonly text: TextId | null
  readonly commitment: string | null
}

/** A staging asset that takes over one of production. */
export type Adoption = { readonly asset: AssetId; readonly target: AssetId }

/** What a person sent along with the pins: kept as content, since bindings hold production's values. */
export type RequestDocument = {
  readonly bindings: readonly Binding[]
  readonly manifest: Digest | null
  readonly evidence: readonly Digest[]
  readonly acknowledge: readonly StoredAcknowledgement[]
  readonly adopt: readonly Adoption[]
  readonly notBefore: Instant | null
  /** Whom the requester asks first. */
  readonly reviewers: readonly PersonId[]
  /** Digests of addresses in the bindings that assets of staging or development used when this was asked. */
  readonly usedElsewhere: readonly Digest[]
  /** What a further revision is about; those of the first stand in rows since it was asked for. */
  readonly pins?: readonly Pin[]
}

const nothing: RequestDocument = Object.freeze({
  bindings: [],
  manifest: null,
  evidence: [],
  acknowledge: [],
  adopt: [],
  notBefore: null,
  reviewers: [],
  usedElsewhere: [],
})

/** Types a parsed request document: the boundary at which what `requestPromotion` stored comes back. */
export function asRequestDocument(document: JsonValue): RequestDocument {
  return { ...nothing, ...(document as unknown as RequestDocument) }
}
