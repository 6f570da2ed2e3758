import { createHmac } from 'node:crypto'

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

function signature(key: Uint8Array, { id, sentAtSeconds, body }: WebhookMessage): string {
  const mac = createHmac('sha256', key).update(`${id}.${sentAtSeconds}.`).update(body).digest('base64')
  return `v1,${mac}`
}

/**
 * Signs a message by HMAC-SHA-256 as Standard Webhooks say, once with each key, so that a receiver finds its own while
 * keys are being changed. Keys are the bytes after `whsec_`, decoded; an id has no full stop, since that is what parts
 * it from the rest. Throws RangeError for what would sign nothing, or something else than was meant.
 */
export function signWebhook(keys: readonly Uint8Array[], message: WebhookMessage): WebhookHeaders {
  if (!/^[\w-]+$/.test(message.id)) throw new RangeError('the id of a message is letters, digits, _ and -')
  if (!Number.isSafeInteger(message.sentAtSeconds))
    throw new RangeError('a message is sent in a whole second')
  if (keys.length === 0 || keys.some(({ length }) => length < 24)) {
    throw new RangeError('a message is signed with one key or more, each of 24 bytes at least')
  }
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.sentAtSeconds),
    'webhook-signature': keys.map((key) => signature(key, message)).join(' '),
  }
}
