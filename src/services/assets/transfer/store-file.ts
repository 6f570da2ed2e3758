import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { asset as assetTable } from '../../../db/environment/asset.ts'
import { assetVersion } from '../../../db/environment/asset-version.ts'
import { content } from '../../../db/every-store/content.ts'
import { insertInParts } from '../../../db/insert-rows.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetId, Digest, EnvironmentId } from '../../../domain/identifiers.ts'
import { compareText } from '../../../domain/plan/compare-text.ts'
import type { EntryDraft } from '../../audit/append-entries.ts'
import { saveTexts } from '../../audit/save-text.ts'
import { erased } from '../../content/save-content.ts'
import type { Caller } from '../../context.ts'
import { entryActor } from '../../people/entry-actor.ts'
import type { SealedSecret } from '../../secrets/seal-secret.ts'
import { storeSecrets } from '../../secrets/store-secrets.ts'
import { insertEndpoints } from '../endpoints/insert-endpoints.ts'
import { insertReferences, type ReferringVersion } from '../references/insert-references.ts'
import { refusalsOfReferences } from '../references/refusals-of-references.ts'
import { entryOfVersion, type VersionToStore } from '../store-version.ts'
import { type AcceptedAsset, refusalOf } from './accept-file.ts'
import { actionOf } from './import-outcome.ts'

export interface Storing {
  readonly caller: Caller
  readonly environment: EnvironmentId
  readonly sealed: ReadonlyMap<AssetId, readonly SealedSecret[]>
}

interface WrittenVersion extends VersionToStore {
  readonly place: number
  readonly entry: string
}

function versionsOf(environment: EnvironmentId, accepted: readonly AcceptedAsset[]): WrittenVersion[] {
  return accepted.flatMap((one): WrittenVersion[] => {
    if (actionOf(one) === 'unchanged') return []
    const { asset, target, existing, accepted: judged } = one
    const version = (existing?.version ?? 0) + 1
    const name = existing?.name ?? asset.name
    const { type, place } = asset
    return [{ asset: target, environment, type, name, version, accepted: judged, place, entry: uuidv7() }]
  })
}

function referringOf(written: readonly WrittenVersion[]): readonly ReferringVersion[] {
  return written.map(({ asset, environment, version, accepted: { references } }) => {
    return { asset, environment, version, references }
  })
}

/** Contents in one order for everybody, so that two imports with contents in common never wait in a circle. */
async function storeContents(transaction: Transaction, written: readonly WrittenVersion[]): Promise<void> {
  const { organization } = transaction
  const bytes = new Map(written.map(({ accepted }) => [accepted.digest, accepted.bytes]))
  const digests = [...bytes.keys()].sort(compareText)
  const { rows } = await transaction.execute<{ digest: Digest }>(sql`
    select encode(digest, 'hex') as digest from content where organization = ${organization} and bytes is null
      and digest = any(${sql.param(digests.map((digest) => Buffer.from(digest, 'hex')))}::bytea[])`)
  const gone = new Set(rows.map(({ digest }) => digest))
  const refusals = written.filter(({ accepted }) => gone.has(accepted.digest))
  if (refusals.length > 0) throw refusalOf(refusals.map(({ place }) => ({ place, refused: erased() })))
  const contents = digests.map((digest) => ({ organization, digest, bytes: bytes.get(digest) ?? null }))
  await insertInParts(transaction, content, contents, 'ignore')
}

async function storeVersions(
  { caller: { person } }: Storing,
  transaction: Transaction,
  written: readonly WrittenVersion[],
): Promise<void> {
  const { organization } = transaction
  const [created, updated] = [
    written.filter(({ version }) => version === 1),
    written.filter(({ version }) => version > 1),
  ]
  const by = { createdBy: person, updatedBy: person }
  const assets = created.map(({ asset: id, environment, type, name, version }) => {
    return { organization, id, environment, type, name, version, ...by }
  })
  await insertInParts(transaction, assetTable, assets)
  const versions = written.map(({ asset, version, name, entry, accepted: { digest } }) => {
    return { organization, asset, version, digest, name, author: person, entry }
  })
  await insertInParts(transaction, assetVersion, versions)
  await transaction.execute(sql`
    update asset set version = given.version, updated_at = clock_timestamp(), updated_by = ${person}
    from unnest(${sql.param(updated.map(({ asset }) => asset))}::uuid[],
      ${sql.param(updated.map(({ version }) => version))}::integer[]) as given(id, version)
    where asset.organization = ${organization} and asset.id = given.id`)
  await insertReferences(transaction, referringOf(written))
  await insertEndpoints(transaction, written)
}

/** References are judged once all of it stands: assets may change together what would not be allowed one by one. */
async function checkReferences(
  { environment }: Storing,
  transaction: Transaction,
  written: readonly WrittenVersion[],
): Promise<void> {
  const refusals = await refusalsOfReferences(transaction, environment, referringOf(written))
  if (refusals.length === 0) return
  const places = new Map(written.map(({ asset, place }) => [asset, place]))
  throw refusalOf(refusals.map(({ asset, refused }) => ({ place: places.get(asset) ?? 0, refused })))
}

async function versionEntries(
  { caller }: Storing,
  transaction: Transaction,
  written: readonly WrittenVersion[],
): Promise<readonly EntryDraft[]> {
  const created = written.filter(({ version }) => version === 1)
  const names = await saveTexts(
    transaction,
    created.map(({ name }) => name),
  )
  const nameTexts = new Map(created.map(({ asset }, place) => [asset, names[place]]))
  return written.map(({ entry, ...version }) => {
    const nameText = nameTexts.get(version.asset)
    return entryOfVersion(
      caller,
      nameText === undefined ? version : { ...version, details: { nameText } },
      entry,
    )
  })
}

/**
 * Writes what a file brings, by few statements for all of it. Returns the entries that tell of it, which the caller
 * appends.
 *
 * @throws Refused by JSON Pointer into the file, for content that was erased, or for what its references may not be.
 */
export async function storeFile(
  storing: Storing,
  transaction: Transaction,
  accepted: readonly AcceptedAsset[],
): Promise<readonly EntryDraft[]> {
  const { caller, environment, sealed } = storing
  const written = versionsOf(environment, accepted)
  await storeContents(transaction, written)
  await storeVersions(storing, transaction, written)
  await checkReferences(storing, transaction, written)
  const entries = [...(await versionEntries(storing, transaction, written))]
  for (const { asset, target } of accepted) {
    const secrets = sealed.get(target) ?? []
    const { person } = caller
    const given = { asset: target, environment, type: asset.type, person, actor: entryActor(caller), secrets }
    entries.push(...(await storeSecrets(transaction, given)))
  }
  return entries
}
