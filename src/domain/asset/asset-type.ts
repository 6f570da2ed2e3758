import type { JsonObject } from '../json.ts'

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

/** How many assets of a type may point at one and the same asset through a reference. */
export interface CardinalityRule {
  readonly pointer: PointerPattern
  readonly maximum: number
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
  /** Environment roles that may write assets of this type outside production. */
  readonly writableBy: readonly ('engineer' | 'support')[]
}
