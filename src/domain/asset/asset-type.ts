import type { JsonObject, JsonValue } from '../json.ts'

/**
 * A JSON Pointer (RFC 6901) whose segments may also be `*`, standing for every element of an array
 * or every member of an object.
 */
export type PointerPattern = string

/** A place in content that names another asset of the same environment by its id. */
export interface ReferenceRule {
  readonly pointer: PointerPattern
  /** Names of the asset types that may stand there. */
  readonly types: readonly string[]
  readonly required: boolean
}

/** How many assets of a type may point at one and the same asset through a reference, in one environment. */
export interface CardinalityRule {
  readonly pointer: PointerPattern
  readonly maximum: number
}

/** What no two assets of a type in one environment may both hold: the values at `members` of one place of `each`. */
export interface UniqueRule {
  readonly each: PointerPattern
  /** Pointers that begin at the place. A place that lacks one of them claims nothing. */
  readonly members: readonly string[]
}

/**
 * A rule about places that a schema cannot compare with each other. `members` are pointers that begin at each place of
 * `each`; what is absent is the schema's to judge.
 */
export type StructuralCheck =
  /** All places hold the same values. */
  | { readonly check: 'agree'; readonly each: PointerPattern; readonly members: readonly string[] }
  /** No two places hold the same values. */
  | { readonly check: 'distinct'; readonly each: PointerPattern; readonly members: readonly string[] }
  /** These single places, where they are there, hold the same value. */
  | { readonly check: 'equal'; readonly pointers: readonly string[] }
  /** Each of these values stands at one of the places of `in`, unless that has no place at all. */
  | { readonly check: 'contained'; readonly each: PointerPattern; readonly in: PointerPattern }
  /** Each place has one of these members at most, and where `required` exactly one. */
  | {
      readonly check: 'exclusive'
      readonly each: PointerPattern
      readonly members: readonly string[]
      readonly required: boolean
    }

/** A place that a promotion gives a fixed value, so that what lands starts nothing by itself. */
export interface LandingRule {
  readonly pointer: PointerPattern
  readonly value: JsonValue
}

/** Objects that belong to a partner where their member `flag` is true. */
export interface PartnerRule {
  readonly pointer: PointerPattern
  readonly flag: string
}

/** A place that says what an asset listens to, may do, or starts by itself; endpoints are found wherever they stand. */
export interface DeclaringRule {
  readonly pointer: PointerPattern
  readonly as: 'event-type' | 'permission' | 'automation'
}

/** The formats of strings that schemas may ask for: those that are judged without looking back. */
export const contentFormats = Object.freeze([
  'date',
  'date-time',
  'duration',
  'email',
  'ipv4',
  'ipv6',
  'time',
  'uri',
  'uuid',
] as const)

/** One entry of the registry of asset types. */
export interface AssetType {
  readonly name: string
  /** JSON Schema 2020-12 of the content. */
  readonly schema: JsonObject
  /** A promotable type reaches production by promotion alone; any other is local to each environment. */
  readonly promotable: boolean
  /** Why a local type is not promoted, for who tries. */
  readonly notPromotableBecause?: string
  readonly references: readonly ReferenceRule[]
  /** Places whose value production must supply: endpoints, recipients. */
  readonly bindings: readonly PointerPattern[]
  /** Places that must never hold a literal; content keeps `has<Field>` instead. */
  readonly secrets: readonly PointerPattern[]
  /** Places that keep the value they had in the first version. */
  readonly immutable: readonly PointerPattern[]
  /** Places that mean something in their own environment only; a promotion leaves them out. */
  readonly local?: readonly PointerPattern[]
  readonly cardinality?: CardinalityRule
  readonly unique?: readonly UniqueRule[]
  readonly checks?: readonly StructuralCheck[]
  readonly landsAs?: readonly LandingRule[]
  readonly partnerOwned?: readonly PartnerRule[]
  /** What a promotion's manifest has to declare of it. */
  readonly declares?: readonly DeclaringRule[]
  /**
   * The steps in which a platform runs sibling keywords of the content; those of one step exclude each other. It is no
   * order of the text, which JSON objects do not have and canonical bytes do not keep.
   */
  readonly keywordOrder?: readonly (readonly string[])[]
  /** Environment roles that may write assets of this type outside production. */
  readonly writableBy: readonly ('engineer' | 'support')[]
}
