import { v7 as uuidv7 } from 'uuid'
import { heardLater, type Transaction } from '../../db/transaction.ts'
import type { AssetId, EnvironmentId } from '../../domain/identifiers.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { EntryDraft } from '../audit/append-entries.ts'
import { refusalOfVersion } from '../content/save-content.ts'
import type { Caller } from '../context.ts'
import { entryActor } from '../people/entry-actor.ts'
import { insertEndpoints } from './endpoints/insert-endpoints.ts'
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

/** A version on its way into the store, and the entry that tells of it, which the caller appends. */
export interface SentVersion {
  readonly entry: EntryDraft
  /** Where the store refuses, this fails and so does the transaction; `refusalOfVersion` says why. */
  readonly storedAt: Promise<Date>
}

/** The entry that tells of a version, under the id that its row names. */
export function entryOfVersion(
  caller: Caller,
  { asset, environment, type, version, accepted: { digest }, details }: VersionToStore,
  id: string,
): EntryDraft {
  return {
    id,
    type: version === 1 ? 'asset.created' : 'asset.version-written',
    subject: `asset/${asset}`,
    actor: entryActor(caller),
    environment,
    asset,
    facts: { assetType: type, version, digest },
    ...(details === undefined ? {} : { details }),
  }
}

interface StoredRow {
  readonly at: Date
}

// One statement each: content where it is new, what refers to it, and the asset.
const keptContent = `kept as (insert into content (organization, digest, bytes) values ($1, $2, $3)
    on conflict do nothing),
  written as (insert into asset_version (organization, asset, version, digest, name, author, entry)
    values ($1, $4, $5, $2, $6, $7, $8))`

const firstVersion = `with ${keptContent}
  insert into asset (organization, id, version, name, created_by, updated_by, environment, type)
  values ($1, $4, $5, $6, $7, $7, $9, $10) returning updated_at as at`

const nextVersion = `with ${keptContent}
  update asset set version = $5, updated_at = clock_timestamp(), updated_by = $7
  where organization = $1 and id = $4 returning updated_at as at`

async function instantOf(rows: Promise<readonly StoredRow[]>): Promise<Date> {
  const [row] = await rows
  if (row === undefined) throw new RangeError('a version is stored of an asset that is held')
  return row.at
}

/**
 * Sends a version to its store, and its asset with the first one, without waiting for the store's answer: what the
 * transaction sends after it travels with it.
 *
 * @throws Refused where another asset of the environment holds what only so many may hold, for a reference to an asset
 * of another type than may stand there, or one that closes a circle.
 */
export async function sendVersion(
  caller: Caller,
  transaction: Transaction,
  toStore: VersionToStore,
): Promise<SentVersion> {
  const { asset, environment, type, name, version, accepted } = toStore
  const { organization } = transaction
  const { references, bytes, digest } = accepted
  await refuseTaken(transaction, { asset, environment, accepted }, 'hold')
  await checkReferences(transaction, { asset, environment, version, references })
  const entry = uuidv7()
  const { person } = caller
  const values = [organization, Buffer.from(digest, 'hex'), bytes, asset, version, name, person, entry]
  const rows =
    version === 1
      ? transaction.sendAhead<StoredRow>(firstVersion, [...values, environment, type])
      : transaction.sendAhead<StoredRow>(nextVersion, values)
  const storedAt = heardLater(instantOf(rows))
  await Promise.all([
    insertReferences(transaction, [{ asset, environment, version, references }]),
    insertEndpoints(transaction, [toStore]),
  ]).catch(async (error) => {
    // Behind a version that was refused they only hear that the transaction has failed.
    await storedAt
    throw error
  })
  return { entry: entryOfVersion(caller, toStore, entry), storedAt }
}

/**
 * As `sendVersion`, once the store has it. Returns the entry.
 *
 * @throws Refused as above, and for content that was erased.
 */
export async function storeVersion(
  caller: Caller,
  transaction: Transaction,
  version: VersionToStore,
): Promise<EntryDraft> {
  try {
    const { entry, storedAt } = await sendVersion(caller, transaction, version)
    await storedAt
    return entry
  } catch (error) {
    throw refusalOfVersion(error)
  }
}
