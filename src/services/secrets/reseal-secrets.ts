import { and, eq, inArray, ne, sql } from 'drizzle-orm'
import { asset as assetTable } from '../../db/environment/asset.ts'
import { sealedSecret } from '../../db/environment/sealed-secret.ts'
import type { StorePool } from '../../db/pool.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import { appendEntries } from '../audit/append-entries.ts'
import { keyInUse } from './keys/key-in-use.ts'
import type { AnyEnvironment } from './keys/publish-keys.ts'
import type { SealingKey } from './keys/sealing-key.ts'
import { openSecret, SecretUnopenable } from './open-secret.ts'
import { type PublishedKey, type SealedSecret, type SecretPlace, sealSecret } from './seal-secret.ts'

/** Both pools of an environment's worker, and its keys, the newest first. */
export interface ResealContext {
  readonly control: StorePool
  readonly store: StorePool
  readonly keys: readonly SealingKey[]
  /** Told of a value that does not open in its place; it stays as it is, and the others go on. */
  readonly onUnopenable: (place: SecretPlace) => void
}

interface Batch {
  /** How many values it looked at; fewer than a full batch are the last ones. */
  readonly seen: number
  readonly resealed: number
  readonly last: { readonly asset: string; readonly pointer: string } | null
}

const mostEnvironments = 50
const mostValues = 100

/** One batch of an environment's values that are sealed with older keys of ours, locked. */
async function olderValues(
  transaction: Transaction,
  { keys }: ResealContext,
  { environment }: AnyEnvironment,
  newest: string,
  after: Batch['last'],
) {
  const held = keys.map(({ kid }) => kid)
  return transaction
    .select({
      asset: sealedSecret.asset,
      pointer: sealedSecret.pointer,
      kid: sealedSecret.kid,
      sealed: sealedSecret.sealed,
      person: sealedSecret.suppliedBy,
    })
    .from(sealedSecret)
    .innerJoin(
      assetTable,
      and(eq(assetTable.organization, sealedSecret.organization), eq(assetTable.id, sealedSecret.asset)),
    )
    .where(
      and(
        eq(sealedSecret.organization, transaction.organization),
        eq(assetTable.environment, environment),
        inArray(sealedSecret.kid, held),
        ne(sealedSecret.kid, newest),
        after === null
          ? undefined
          : sql`(${sealedSecret.asset}, ${sealedSecret.pointer}) > (${after.asset}::uuid, ${after.pointer})`,
      ),
    )
    .orderBy(sealedSecret.asset, sealedSecret.pointer)
    .limit(mostValues)
    .for('update', { of: sealedSecret, skipLocked: true })
}

async function resealed(
  { keys, onUnopenable }: ResealContext,
  place: SecretPlace,
  value: SealedSecret,
  newest: PublishedKey,
): Promise<SealedSecret | undefined> {
  try {
    return await sealSecret(newest, place, await openSecret(keys, place, value))
  } catch (error) {
    if (!(error instanceof SecretUnopenable)) throw error
    onUnopenable(place)
    return undefined
  }
}

async function resealBatch(
  context: ResealContext,
  { organization, environment }: AnyEnvironment,
  newest: PublishedKey,
  after: Batch['last'],
): Promise<Batch> {
  return withOrganization(context.store, organization, async (transaction) => {
    const values = await olderValues(transaction, context, { organization, environment }, newest.kid, after)
    let done = 0
    for (const { asset, pointer, ...value } of values) {
      const place = { organization, environment, asset, pointer }
      const again = await resealed(context, place, { pointer, ...value }, newest)
      if (again === undefined) continue
      done += 1
      await transaction
        .update(sealedSecret)
        .set({ kid: again.kid, sealed: again.sealed })
        .where(
          and(
            eq(sealedSecret.organization, organization),
            eq(sealedSecret.asset, asset),
            eq(sealedSecret.pointer, pointer),
          ),
        )
    }
    const last = values.at(-1)
    if (last !== undefined && done > 0) {
      await appendEntries(transaction, [
        {
          type: 'secret.resealed',
          subject: `environment/${environment}`,
          // The worker acts by itself; an entry names a human, so that it names one who supplied what is sealed again.
          actor: { person: last.person, via: 'workflow' },
          environment,
          details: { kid: newest.kid, values: done },
        },
      ])
    }
    return { seen: values.length, resealed: done, last: last ?? null }
  })
}

async function resealEnvironment(context: ResealContext, at: AnyEnvironment): Promise<number> {
  const inUse = await withOrganization(context.control, at.organization, (transaction) =>
    keyInUse(transaction, at.environment),
  )
  // A worker with an older list of keys must not seal back what a newer one has sealed.
  if (inUse === undefined || inUse.kid !== context.keys[0]?.kid) return 0
  let count = 0
  let batch: Batch = { seen: mostValues, resealed: 0, last: null }
  while (batch.seen === mostValues) {
    batch = await resealBatch(context, at, inUse, batch.last)
    count += batch.resealed
  }
  return count
}

/**
 * Seals values again that are sealed with an older key, to the key that is in use, in batches of one transaction each.
 * It may be stopped anywhere and repeated: what is done is done. Returns how many values were sealed again.
 */
export async function resealSecrets(context: ResealContext): Promise<number> {
  const [newest, ...older] = context.keys.map(({ kid }) => kid)
  if (newest === undefined || older.length === 0) return 0
  const { rows } = await context.store.pool.query<AnyEnvironment>(
    'select organization, environment from sealed_with_older_keys($1, $2, $3)',
    [newest, older, mostEnvironments],
  )
  let count = 0
  for (const at of rows) count += await resealEnvironment(context, at)
  return count
}
