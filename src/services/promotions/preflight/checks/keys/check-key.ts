import { createPrivateKey, hkdfSync, type KeyObject } from 'node:crypto'
import type { OrganizationId } from '../../../../../domain/identifiers.ts'
import { webhookPublicKey } from '../../../../../trust/webhook-signature.ts'

/** What the key pairs follow from, by which checks outside know each organization. */
export interface CheckKey {
  /** Follows from the secret and tells nothing about it. */
  readonly kid: string
  readonly secret: Uint8Array
}

// PKCS #8 of a raw Ed25519 private key (RFC 8410 §7): everything before its 32 bytes.
const privateKeyPrefix = Buffer.from('302e020100300506032b657004220420', 'hex')

function derive(secret: Uint8Array, salt: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, `countersign/${purpose}`, 32))
}

/** A configured secret as the key that pairs are derived from. */
export function checkKeyOf(secret: Uint8Array): CheckKey {
  return { kid: derive(secret, '', 'check-key-id').subarray(0, 16).toString('hex'), secret }
}

/** The private half of an organization's pair. It is derived where it is needed and stored nowhere. */
export function privateCheckKey({ secret }: CheckKey, organization: OrganizationId): KeyObject {
  const key = Buffer.concat([privateKeyPrefix, derive(secret, organization, 'check-key-pair')])
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

/** The public half of an organization's pair, as Standard Webhooks write it down. */
export function publicCheckKey(key: CheckKey, organization: OrganizationId): string {
  return webhookPublicKey(privateCheckKey(key, organization))
}
