import type { JsonValue } from '../domain/json.ts'

/** One text to look at: a leaf, a member's name, or what stands encoded in one of them. */
export interface Piece {
  /** Of the leaf in the screened content, also for what was decoded from it. */
  readonly pointer: string
  readonly place: 'value' | 'name'
  readonly text: string
  /** Kinds of characters in `text`, by which most rules are spared. */
  readonly signs: number
  /** What the content calls this text, as words: the nearest member's name first, then names that a sibling gives. */
  readonly names: readonly string[]
  /** Numbers the object or array that the text stands in, so that rules can see which texts stand together. */
  readonly container: number
}

/** One object or array of the content, also of JSON that a string held. */
export interface Structure {
  readonly pointer: string
  readonly value: JsonValue
}

/** Everything that rules look at. */
export interface Screened {
  readonly pieces: readonly Piece[]
  readonly structures: readonly Structure[]
}
