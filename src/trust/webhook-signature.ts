import { createHmac, createPublicKey, type KeyObject, sign } from 'node:crypto'

/** What is signed of a message: its id, which stays the same when it is sent again, and the second it is sent in. */
export interface WebhookMessage {
  readonly id: string
  readonly sentAtSeconds: number
  readonly body: Uint8Array
}

/** The headers by which Standard Webhooks 1.0.0 proves where a message comes from. */
export interface WebhookHeaders {
  readonly 'webhook-id': string
  readonly 'webhook-timestamp': string
  readonly 'webhook-signature': string
}

/** The bytes that both sides share (`v1`), or the private half of an Ed25519 pair (`v1a`). */
export type WebhookKey = Uint8Array | KeyObject

function isUsable(key: WebhookKey): boolean {
  return key instanceof Uint8Array
    ? key.length >= 24
    : key.type === 'private' && key.asymmetricKeyType === 'ed25519'
}

function signature(key: WebhookKey, { id, sentAtSeconds, body }: WebhookMessage): string {
  const content = Buffer.concat([Buffer.from(`${id}.${sentAtSeconds}.`), body])
  return key instanceof Uint8Array
    ? `v1,${createHmac('sha256', key).update(content).digest('base64')}`
    : `v1a,${sign(null, content, key).toString('base64')}`
}

/**
 * Signs a message as Standard Webhooks say, once with each key, so that a receiver finds its own while keys are being
 * changed: by HMAC-SHA-256 with the bytes after `whsec_`, decoded, or by Ed25519. An id has no full stop, since that is
 * what parts it from the rest. Throws RangeError for what would sign nothing, or something else than was meant.
 */
export function signWebhook(keys: readonly WebhookKey[], message: WebhookMessage): WebhookHeaders {
  if (!/^[\w-]+$/.test(message.id)) throw new RangeError('the id of a message is letters, digits, _ and -')
  if (!Number.isSafeInteger(message.sentAtSeconds))
    throw new RangeError('a message is sent in a whole second')
  if (keys.length === 0 || !keys.every(isUsable)) {
    throw new RangeError('a message is signed with one key or more, of 24 bytes at least or of Ed25519')
  }
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.sentAtSeconds),
    'webhook-signature': keys.map((key) => signature(key, message)).join(' '),
  }
}

/**
 * The public half of an Ed25519 pair as Standard Webhooks write it down for receivers.
 *
 * @throws RangeError for a key of another kind.
 */
export function webhookPublicKey(key: KeyObject): string {
  const { crv, x } = createPublicKey(key).export({ format: 'jwk' })
  if (crv !== 'Ed25519' || x === undefined) throw new RangeError('the key is one of Ed25519')
  return `whpk_${Buffer.from(x, 'base64url').toString('base64')}`
}
