import { and, eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { asset as assetTable } from '../../db/environment/asset.ts'
import { assetVersion } from '../../db/environment/asset-version.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { AssetId, EnvironmentId } from '../../domain/identifiers.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { EntryDraft } from '../audit/append-entries.ts'
import { saveContent } from '../content/save-content.ts'
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

/**
 * Writes a version, and its asset with the first one. Returns the entry that tells of it, which the caller appends.
 *
 * @throws Refused where another asset of the environment holds what only so many may hold, for a reference to an asset
 * of another type than may stand there, or one that closes a circle.
 */
export async function storeVersion(
  { person, ...caller }: Caller,
  transaction: Transaction,
  { asset, environment, type, name, version, accepted, details }: VersionToStore,
): Promise<EntryDraft> {
  const { organization } = transaction
  const { references } = accepted
  await refuseTaken(transaction, { asset, environment, accepted }, 'hold')
  await checkReferences(transaction, { asset, environment, version, references })
  const { digest } = accepted
  const entry = uuidv7()
  // In this order and in one trip: content, then the asset where it is new, then what refers to both.
  await Promise.all([
    saveContent(transaction, accepted.bytes),
    version === 1
      ? insertRows(transaction, assetTable, [
          { organization, id: asset, environment, type, name, version, createdBy: person, updatedBy: person },
        ])
      : transaction
          .update(assetTable)
          .set({ version, updatedAt: sql`clock_timestamp()`, updatedBy: person })
          .where(and(eq(assetTable.organization, organization), eq(assetTable.id, asset))),
    insertRows(transaction, assetVersion, [
      { organization, asset, version, digest, name, author: person, entry },
    ]),
    insertReferences(transaction, [{ asset, environment, version, references }]),
  ])
  return {
    id: entry,
    type: version === 1 ? 'asset.created' : 'asset.version-written',
    subject: `asset/${asset}`,
    actor: entryActor({ person, ...caller }),
    environment,
    asset,
    facts: { assetType: type, version, digest },
    ...(details === undefined ? {} : { details }),
  }
}
