import type { Transaction } from '../../db/transaction.ts'
import type { AssetId, EnvironmentId } from '../../domain/identifiers.ts'
import type { EnvironmentKind, ServiceContext } from '../context.ts'
import { Refused } from '../refused.ts'
import { keyInUse } from './keys/key-in-use.ts'
import { recordFingerprints } from './record-fingerprints.ts'
import { type SealedSecret, sealSecret } from './seal-secret.ts'
import type { SecretValue } from './secret-value.ts'

/** Secrets on their way into an environment whose rights have been read. */
export interface IncomingSecrets {
  readonly control: Transaction
  readonly environment: EnvironmentId
  readonly kind: EnvironmentKind
  readonly asset: AssetId
  readonly values: readonly SecretValue[]
  /** Where the body held what belongs at a pointer of the content. */
  readonly pointerInBody: (pointer: string) => string
}

/** The secrets are on record now. Nothing was written yet; the same is to be done again, after the commit. */
export interface Noted {
  readonly kind: 'noted'
}

/** Sealed values, ready to be stored. */
export interface Prepared {
  readonly kind: 'prepared'
  readonly secrets: readonly SealedSecret[]
}

/**
 * Seals what is to be stored, after it is on record that the environment is given it. In production both are in control's
 * one transaction. Elsewhere the store is another database, so that the record is committed first: `isNoted` tells
 * whether it has been.
 *
 * @throws Refused `credential-reused`, or `unavailable` while the environment has published no key.
 */
export async function prepareSecrets(
  context: Pick<ServiceContext, 'fingerprintKey'>,
  { control, environment, kind, asset, values, pointerInBody }: IncomingSecrets,
  isNoted: boolean,
): Promise<Prepared | Noted> {
  if (values.length === 0) return { kind: 'prepared', secrets: [] }
  const key = await keyInUse(control, environment)
  if (key === undefined) {
    throw new Refused(
      'unavailable',
      'This environment has no key to seal secrets with yet. Its worker publishes one once ' +
        `COUNTERSIGN_${kind.toUpperCase()}_SEALING_KEYS is set; then try again.`,
    )
  }
  if (kind === 'production' || !isNoted) {
    await recordFingerprints(context, control, environment, values, pointerInBody)
  }
  if (kind !== 'production' && !isNoted) return { kind: 'noted' }
  const { organization } = control
  const places = values.map(({ pointer, value }) => ({
    place: { organization, environment, asset, pointer },
    value,
  }))
  const secrets = await Promise.all(places.map(({ place, value }) => sealSecret(key, place, value)))
  return { kind: 'prepared', secrets }
}

/** Does `work`, and a second time where the first one put secrets on record and stopped. */
export async function onceNoted<Done extends { readonly kind: string }>(
  work: (isNoted: boolean) => Promise<Done | Noted>,
): Promise<Exclude<Done, Noted>> {
  for (const isNoted of [false, true]) {
    const done = await work(isNoted)
    if (done.kind !== 'noted') return done as Exclude<Done, Noted>
  }
  throw new Error('secrets were put on record and not stored')
}
