import { createHmac, hkdfSync } from 'node:crypto'
import { secretFingerprint } from '../../db/control/secret-fingerprint.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import { violatedConstraint } from '../../db/violated-constraint.ts'
import { type Digest, digest, type EnvironmentId, type OrganizationId } from '../../domain/identifiers.ts'
import { compareText } from '../../domain/plan/compare-text.ts'
import type { ServiceContext } from '../context.ts'
import { Refused } from '../refused.ts'
import { normalSecret } from './normal-secret.ts'
import type { SecretValue } from './secret-value.ts'

function fingerprintOf(key: Uint8Array, organization: OrganizationId, value: string): Digest {
  const derived = Buffer.from(hkdfSync('sha256', key, organization, 'countersign/secret-fingerprint', 32))
  return digest(createHmac('sha256', derived).update(value, 'utf8').digest('hex'))
}

// Of the value as it was sent too: whatever was put on record before its normal form was is still recognised.
function fingerprintsOf(key: Uint8Array, organization: OrganizationId, value: string): readonly Digest[] {
  return [...new Set([normalSecret(value), value])].map((one) => fingerprintOf(key, organization, one))
}

/**
 * Puts on record, for good, that an environment is given these secrets. The database compares them with what the other
 * environments of the organization have ever held, however it was spaced or spelled there.
 *
 * @throws Refused `credential-reused` in production, naming the place and nothing about the value.
 */
export async function recordFingerprints(
  { fingerprintKey }: Pick<ServiceContext, 'fingerprintKey'>,
  control: Transaction,
  environment: EnvironmentId,
  values: readonly SecretValue[],
  pointerInBody: (pointer: string) => string,
): Promise<void> {
  const { organization } = control
  // In one order for everybody, so that two requests with secrets in common never wait in a circle.
  const fingerprints = values
    .flatMap(({ pointer, value }) =>
      fingerprintsOf(fingerprintKey, organization, value).map((fingerprint) => ({ pointer, fingerprint })),
    )
    .toSorted((one, other) => compareText(one.fingerprint, other.fingerprint))
  for (const { pointer, fingerprint } of fingerprints) {
    try {
      await insertRows(control, secretFingerprint, [{ organization, fingerprint, environment }], 'ignore')
    } catch (error) {
      if (violatedConstraint(error) !== 'credential_reused') throw error
      throw new Refused(
        'credential-reused',
        'Another environment of the organization holds or has held this secret. Production gets credentials of its own: ' +
          'have a new one issued.',
        [{ pointer: pointerInBody(pointer), message: 'is a secret that another environment has held' }],
      )
    }
  }
}
