import fc from 'fast-check'
import type { JsonValue } from '../../src/trust/json.ts'
import { type JsonLimits, JsonRefused, parseStrict } from '../../src/trust/strict-parse.ts'

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** Any JSON value, with any well-formed text in its keys and strings; never -0, which JSON documents read as 0. */
export const jsonValue: fc.Arbitrary<JsonValue> = fc
  .jsonValue({ stringUnit: 'binary' })
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonValue)

/** How `parseStrict` refuses a document that it must refuse. */
export function refusalOf(document: string | Uint8Array, limits?: JsonLimits): JsonRefused {
  try {
    parseStrict(typeof document === 'string' ? bytesOf(document) : document, limits)
  } catch (error) {
    if (error instanceof JsonRefused) return error
    throw error
  }
  throw new Error('The document was accepted.')
}
