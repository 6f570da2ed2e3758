import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { AssetId, EnvironmentId } from '../../domain/identifiers.ts'
import type { RevisionReference } from '../../domain/promotion/revision.ts'
import { findTypes } from '../assets/types/find-types.ts'
import { missingIn } from '../assets/view/missing-in.ts'
import { suppliedSecrets } from '../assets/view/supplied-secrets.ts'
import type { ServiceContext } from '../context.ts'
import { storeOfEnvironment } from '../environments/store-of-environment.ts'
import { Refused } from '../refused.ts'
import { readLanded } from './read-landed.ts'

/** A place of a landed asset that says it has a secret. */
export interface SecretPlace {
  readonly asset: AssetId
  readonly pointer: string
}

/** Every place of what landed that takes a secret. */
export async function readSecretPlaces(
  transaction: Transaction,
  reference: Pick<RevisionReference, 'promotion' | 'revision'>,
): Promise<readonly SecretPlace[]> {
  const landed = await readLanded(transaction, reference)
  const types = await findTypes(
    transaction,
    landed.map(({ type }) => type),
  )
  return landed.flatMap(({ type, target, bytes }) =>
    missingIn(types.get(type), bytes).map((pointer) => ({ asset: target, pointer })),
  )
}

/**
 * Keeps out of use what lacks a secret: a copy lands without the values of staging, and would call others without them.
 *
 * @throws Refused `illegal-state`, naming every asset and place that production has no value for.
 */
export async function refuseMissingSecrets(
  context: ServiceContext,
  destination: EnvironmentId,
  places: readonly SecretPlace[],
): Promise<void> {
  if (places.length === 0) return
  const store = await storeOfEnvironment(context, destination)
  const supplied = await withOrganization(store, context.caller.organization, (transaction) =>
    suppliedSecrets(transaction, [...new Set(places.map(({ asset }) => asset))]),
  )
  const lacking = places.filter(({ asset, pointer }) => !supplied.get(asset)?.has(pointer))
  if (lacking.length === 0) return
  throw new Refused(
    'illegal-state',
    'Production has no value for secrets of what landed. Supply them with PUT /v1/assets/{asset}/secrets/{field}, then activate.',
    lacking.map(({ asset, pointer }) => ({
      pointer,
      message: `has no value in production. Supply it to asset ${asset}`,
    })),
  )
}
