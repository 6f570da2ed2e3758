import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { JsonValue } from './json.ts'
import { spellInOrder } from './plain-json.ts'

const encoder = new TextEncoder()

/**
 * The canonical UTF-8 bytes of a JSON value by RFC 8785 (JCS): equal values have equal bytes. Promises a round trip
 * through `parseStrict` for every value that came from it. Throws an Error for what JSON cannot say: `undefined`,
 * NaN, the infinities, lone surrogates, cycles.
 */
export function canonicalBytes(value: JsonValue): Uint8Array {
  return bytesOfText(canonicalText(value))
}

/** The text that the canonical bytes are of, with all that is promised of them. */
export function canonicalText(value: JsonValue): string {
  const text = spellInOrder(value) ?? canonicalize(value)
  if (text === undefined) throw new TypeError('Only a JSON value has canonical bytes.')
  return text
}

/** The UTF-8 bytes of a text. */
export function bytesOfText(text: string): Uint8Array {
  return encoder.encode(text)
}

/** The 32 bytes of SHA-256 (FIPS 180-4) over `bytes`. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest())
}

/** The SHA-256 digest of `bytes` as 64 lower-case hexadecimal digits. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Whether two byte strings have the same length and content. For public values: its time depends on them. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index])
}
