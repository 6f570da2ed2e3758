import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto'
import type { EnvironmentId } from '../../../domain/identifiers.ts'
import { canonicalBytes } from '../../../trust/canonical.ts'

/** A master key of one kind of environments, from which the key pair of each of them follows. */
export interface SealingKey {
  /** What sealed values name the key by: it follows from the master key and tells nothing about it. */
  readonly kid: string
  readonly master: Uint8Array
}

// PKCS #8 of a raw X25519 private key (RFC 8410 §7): everything before its 32 bytes.
const privateKeyPrefix = Buffer.from('302e020100300506032b656e04220420', 'hex')

function derive(master: Uint8Array, salt: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, salt, `countersign/${purpose}`, 32))
}

/** Master keys as sealing keys, in the order given: the first is the newest. */
export function sealingKeys(masters: readonly Uint8Array[]): readonly SealingKey[] {
  return masters.map((master) => ({
    kid: derive(master, '', 'sealing-key-id').subarray(0, 16).toString('hex'),
    master,
  }))
}

/** The private half of an environment's pair. It is derived where it is needed and stored nowhere. */
export function privateKeyOf({ master }: SealingKey, environment: EnvironmentId): KeyObject {
  const scalar = derive(master, environment, 'sealing-key-pair')
  const key = Buffer.concat([privateKeyPrefix, scalar])
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

/** The public half of an environment's pair, as the text of a JWK. */
export function publicKeyOf(key: SealingKey, environment: EnvironmentId): string {
  const { kty, crv, x } = createPublicKey(privateKeyOf(key, environment)).export({ format: 'jwk' })
  if (kty === undefined || crv === undefined || x === undefined) throw new Error('a key has no public half')
  return Buffer.from(canonicalBytes({ kty, crv, x })).toString('utf8')
}
