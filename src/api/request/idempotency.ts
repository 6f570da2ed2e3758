import { createHmac } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { digest } from '../../domain/identifiers.ts'
import type { RepeatableRequest } from '../../services/idempotency/claim-key.ts'
import { Refused } from '../../services/refused.ts'
import { canonicalBytes } from '../../trust/canonical.ts'
import type { ApiEnvironment } from '../environment.ts'

const header = 'Idempotency-Key'
const printable = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/

/** Refuses a request without an Idempotency-Key that can be kept. */
export const readIdempotencyKey: MiddlewareHandler<ApiEnvironment> = async (c, next) => {
  const key = c.req.header(header)
  if (key === undefined || key === '') {
    throw new Refused(
      'idempotency-key-missing',
      'Send a header Idempotency-Key of your own choice, a new one for every new request; a repetition with the same ' +
        'key gets the first answer instead of acting twice.',
    )
  }
  if (!printable.test(key)) {
    throw new Refused('invalid-parameter', 'An Idempotency-Key has 1 to 255 printable ASCII characters.', [
      { pointer: header, message: 'must have 1 to 255 printable ASCII characters' },
    ])
  }
  c.set('idempotencyKey', key)
  await next()
}

/**
 * What `claimKey` compares a repetition by: an HMAC over method, path and canonical body.
 *
 * @throws TypeError on a route that is not marked `idempotent`.
 */
export function repeatableRequest(c: Context<ApiEnvironment>): RepeatableRequest {
  const key = c.get('idempotencyKey')
  if (key === undefined) throw new TypeError('this route does not ask for an Idempotency-Key')
  const hmac = createHmac('sha256', c.get('dependencies').fingerprintKey)
  hmac.update(`${c.req.method}\n${c.req.path}\n`)
  hmac.update(canonicalBytes(c.get('body') ?? null))
  return { key, fingerprint: digest(hmac.digest('hex')) }
}

/** Says on an answer that nothing was done again. */
export function markReplay(c: Context<ApiEnvironment>, replayed: boolean): void {
  if (replayed) c.header('Idempotent-Replayed', 'true')
}
