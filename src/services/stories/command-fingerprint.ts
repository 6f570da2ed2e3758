import { createHmac } from 'node:crypto'
import { type Digest, digest } from '../../domain/identifiers.ts'
import type { JsonObject } from '../../domain/json.ts'
import { canonicalBytes } from '../../trust/canonical.ts'
import type { ServiceContext } from '../context.ts'

/**
 * What a repeated command is recognised by: an HMAC of its kind, its person and its arguments as received, so without
 * ids minted here, times or salts.
 */
export function commandFingerprint(
  { caller, fingerprintKey }: Pick<ServiceContext, 'caller' | 'fingerprintKey'>,
  kind: string,
  asReceived: JsonObject,
): Digest {
  const received = canonicalBytes({ kind, person: caller.person, arguments: asReceived })
  return digest(createHmac('sha256', fingerprintKey).update(received).digest('hex'))
}
