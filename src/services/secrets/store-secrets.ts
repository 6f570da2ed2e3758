import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Transaction } from '../../db/transaction.ts'
import type { AssetId, EnvironmentId, PersonId } from '../../domain/identifiers.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { EntryActor, EntryDraft } from '../audit/append-entries.ts'
import type { SealedSecret } from './seal-secret.ts'

/** Secrets for an asset of the transaction's store, and who gives them. */
export interface GivenSecrets {
  readonly asset: AssetId
  readonly environment: EnvironmentId
  readonly type: string
  readonly person: PersonId
  readonly actor: EntryActor
  readonly secrets: readonly SealedSecret[]
  /** What the entries say besides pointer and key. */
  readonly details?: JsonObject
  /** Of an act in production; a value that came with a higher one stays. */
  readonly fence?: number
}

/** Raised when a value was given under a higher fence. */
export class SecretSuperseded extends Error {
  override readonly name = 'SecretSuperseded'
}

async function store(
  transaction: Transaction,
  { asset, person, fence }: GivenSecrets,
  { pointer, kid, sealed }: SealedSecret,
  entry: string,
): Promise<boolean> {
  const { organization } = transaction
  const [column, value, change, condition] =
    fence === undefined
      ? [sql``, sql``, sql``, sql``]
      : [sql`, fence`, sql`, ${fence}`, sql`, fence = ${fence}`, sql` where sealed_secret.fence < ${fence}`]
  // The values are given twice: a login that may not read what is stored may not read `excluded` either.
  const { rowCount } = await transaction.execute(sql`
    insert into sealed_secret (organization, asset, pointer, kid, sealed, supplied_by, entry${column})
    values (${organization}, ${asset}, ${pointer}, ${kid}, ${sealed}, ${person}, ${entry}${value})
    on conflict (organization, asset, pointer) do update set kid = ${kid}, sealed = ${sealed},
      supplied_by = ${person}, supplied_at = clock_timestamp(), entry = ${entry}${change}${condition}`)
  return rowCount === 1
}

/**
 * Stores sealed values in the place of whatever was there. Returns the entries that tell of them, which the caller
 * appends: each names the place and the key, and nothing that follows from the value.
 *
 * @throws SecretSuperseded
 */
export async function storeSecrets(
  transaction: Transaction,
  given: GivenSecrets,
): Promise<readonly EntryDraft[]> {
  const { asset, environment, type, actor, secrets, details } = given
  const entries: EntryDraft[] = []
  for (const secret of secrets) {
    const id = uuidv7()
    if (!(await store(transaction, given, secret, id))) throw new SecretSuperseded('a newer value is stored')
    const { pointer, kid } = secret
    entries.push({
      id,
      type: 'secret.supplied',
      subject: `asset/${asset}`,
      actor,
      environment,
      asset,
      facts: { assetType: type },
      details: { ...details, pointer, kid },
    })
  }
  return entries
}
