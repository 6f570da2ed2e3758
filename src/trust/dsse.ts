import { createPublicKey, verify } from 'node:crypto'
import { canonicalBytes } from './canonical.ts'
import { isJsonObject, type JsonValue } from './json.ts'

/** A signed message by DSSE v1.0.2, decoded. Whose signatures these are is not known before they are verified. */
export interface Envelope {
  readonly payloadType: string
  readonly payload: Uint8Array
  readonly signatures: readonly Uint8Array[]
}

/** What one key vouches for: exactly these bytes, as this type. */
export interface Verified {
  readonly payloadType: string
  readonly payload: Uint8Array
  readonly signature: Uint8Array
}

/** Raised for what is no envelope. The message never holds what was refused. */
export class EnvelopeRefused extends Error {
  readonly pointer: string

  constructor(pointer: string, message: string) {
    super(message)
    this.name = 'EnvelopeRefused'
    this.pointer = pointer
  }
}

const MAXIMUM_SIGNATURES = 8

/** The bytes that are signed (DSSE protocol): type and payload with their lengths, so that neither passes for the other. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = new TextEncoder().encode(payloadType)
  const head = `DSSEv1 ${type.length} ${payloadType} ${payload.length} `
  return Buffer.concat([Buffer.from(head), payload])
}

/**
 * Decodes a JSON envelope. Key ids are unauthenticated hints and are not read.
 *
 * @throws EnvelopeRefused for what is none.
 */
export function readEnvelope(document: JsonValue): Envelope {
  if (!isJsonObject(document)) throw new EnvelopeRefused('', 'An envelope is a JSON object.')
  const { payloadType, payload, signatures } = document
  if (typeof payloadType !== 'string' || payloadType === '') {
    throw new EnvelopeRefused('/payloadType', 'An envelope names the type of its payload.')
  }
  if (!Array.isArray(signatures) || signatures.length === 0 || signatures.length > MAXIMUM_SIGNATURES) {
    throw new EnvelopeRefused('/signatures', `An envelope has 1 to ${MAXIMUM_SIGNATURES} signatures.`)
  }
  return {
    payloadType,
    payload: decoded(payload, '/payload'),
    signatures: signatures.map((one: JsonValue, place) =>
      decoded(isJsonObject(one) ? one.sig : undefined, `/signatures/${place}/sig`),
    ),
  }
}

/**
 * What a key vouches for in an envelope, by one of its signatures (Ed25519, RFC 8032); undefined where none of them is its.
 * The bytes that come back are those that were verified: read these, and never the envelope again.
 *
 * @param publicKey - the 32 bytes in unpadded base64url
 * @throws TypeError or Error when that is no key.
 */
export function verifyEnvelope(
  { payloadType, payload, signatures }: Envelope,
  publicKey: string,
): Verified | undefined {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })
  const verified = Uint8Array.from(payload)
  const signed = preAuthenticationEncoding(payloadType, verified)
  const signature = signatures.find((one) => verify(null, signed, key, one))
  return signature && { payloadType, payload: verified, signature }
}

/** The canonical bytes of an envelope with the one signature that was verified, and no hint. */
export function envelopeBytes({ payloadType, payload, signature }: Verified): Uint8Array {
  return canonicalBytes({
    payload: Buffer.from(payload).toString('base64'),
    payloadType,
    signatures: [{ sig: Buffer.from(signature).toString('base64') }],
  })
}

/** Standard or URL-safe base64, padded or not, of which each byte string has one spelling in either alphabet. */
function decoded(text: JsonValue | undefined, pointer: string): Uint8Array {
  if (typeof text !== 'string') throw new EnvelopeRefused(pointer, 'A base64 text is missing here.')
  const standard = text.replaceAll('-', '+').replaceAll('_', '/')
  const bytes = Buffer.from(standard, 'base64')
  const padded = bytes.toString('base64')
  if (standard !== padded && standard !== padded.replace(/=+$/, '')) {
    throw new EnvelopeRefused(pointer, 'This is no base64 text as RFC 4648 has it.')
  }
  return bytes
}
