import { v7 as uuidv7 } from 'uuid'
import type { Transaction } from '../../db/transaction.ts'
import type { AssetId, EnvironmentId } from '../../domain/identifiers.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { EntryDraft } from '../audit/append-entries.ts'
import { refuseErased } from '../content/save-content.ts'
import type { Caller } from '../context.ts'
import { entryActor } from '../people/entry-actor.ts'
import { checkReferences } from './references/check-references.ts'
import { insertReferences } from './references/insert-references.ts'
import type { AcceptedContent } from './rules/accept-content.ts'
import { refuseTaken } from './rules/refuse-taken.ts'

/** A version about to be written by hand in staging or development. Version 1 creates its asset. */
export interface VersionToStore {
  readonly asset: AssetId
  readonly environment: EnvironmentId
  readonly type: string
  readonly name: string
  readonly version: number
  readonly accepted: AcceptedContent
  readonly details?: JsonObject
}

/** A version that was stored, and the entry that tells of it, which the caller appends. */
export interface StoredVersion {
  readonly entry: EntryDraft
  readonly storedAt: Date
}

interface StoredRow {
  readonly at: Date
  readonly kept: boolean
}

// One statement each: content where it is new, what refers to it, and the asset.
const keptContent = `kept as (insert into content (organization, digest, bytes) values ($1, $2, $3)
    on conflict do nothing returning digest),
  written as (insert into asset_version (organization, asset, version, digest, name, author, entry)
    values ($1, $4, $5, $2, $6, $7, $8))`

const firstVersion = `with ${keptContent}
  insert into asset (organization, id, version, name, created_by, updated_by, environment, type)
  values ($1, $4, $5, $6, $7, $7, $9, $10)
  returning updated_at as at, exists (select from kept) as kept`

const nextVersion = `with ${keptContent}
  update asset set version = $5, updated_at = clock_timestamp(), updated_by = $7
  where organization = $1 and id = $4
  returning updated_at as at, exists (select from kept) as kept`

/**
 * Writes a version, and its asset with the first one.
 *
 * @throws Refused where another asset of the environment holds what only so many may hold, for a reference to an asset
 * of another type than may stand there, one that closes a circle, or content that was erased.
 */
export async function storeVersion(
  caller: Caller,
  transaction: Transaction,
  { asset, environment, type, name, version, accepted, details }: VersionToStore,
): Promise<StoredVersion> {
  const { organization } = transaction
  const { references, bytes, digest } = accepted
  await refuseTaken(transaction, { asset, environment, accepted }, 'hold')
  await checkReferences(transaction, { asset, environment, version, references })
  const entry = uuidv7()
  const { person } = caller
  const values = [organization, Buffer.from(digest, 'hex'), bytes, asset, version, name, person, entry]
  const [[row]] = await Promise.all([
    version === 1
      ? transaction.send<StoredRow>(firstVersion, [...values, environment, type])
      : transaction.send<StoredRow>(nextVersion, values),
    insertReferences(transaction, [{ asset, environment, version, references }]),
  ])
  if (row === undefined) throw new RangeError('a version is stored of an asset that is held')
  if (!row.kept) await refuseErased(transaction, digest)
  return {
    storedAt: row.at,
    entry: {
      id: entry,
      type: version === 1 ? 'asset.created' : 'asset.version-written',
      subject: `asset/${asset}`,
      actor: entryActor(caller),
      environment,
      asset,
      facts: { assetType: type, version, digest },
      ...(details === undefined ? {} : { details }),
    },
  }
}
