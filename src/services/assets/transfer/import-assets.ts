import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { type Transaction, withOrganization } from '../../../db/transaction.ts'
import { type AssetId, type Digest, digest, type EnvironmentId } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import { canonicalBytes, digestOf } from '../../../trust/canonical.ts'
import { appendEntries, type EntryDraft } from '../../audit/append-entries.ts'
import { saveText } from '../../audit/save-text.ts'
import { saveContent } from '../../content/save-content.ts'
import type { Caller, ServiceContext } from '../../context.ts'
import { claimKey, type RepeatableRequest } from '../../idempotency/claim-key.ts'
import { entryActor } from '../../people/entry-actor.ts'
import { Refused } from '../../refused.ts'
import { refuseConfidential } from '../../screening/refuse-confidential.ts'
import { type Noted, onceNoted } from '../../secrets/prepare-secrets.ts'
import type { SealedSecret } from '../../secrets/seal-secret.ts'
import { storeSecrets } from '../../secrets/store-secrets.ts'
import { type OpenEnvironment, openEnvironment } from '../rules/open-environment.ts'
import { storeVersion } from '../store-version.ts'
import { type AcceptedAsset, acceptFile, refusalOf } from './accept-file.ts'
import {
  type AssetsFile,
  type ImportAction,
  type ImportedAsset,
  type ImportResult,
  resultDocument,
} from './assets-file.ts'
import { checkFile, type TypedAsset } from './check-file.ts'
import { outwardReferences, warningsOf } from './import-warnings.ts'
import { knownAssets, matchFile, readBefore } from './match-file.ts'
import { readImport } from './read-import.ts'
import { refuseProductionFile } from './refuse-production-file.ts'
import { refuseTakenInFile } from './refuse-taken-in-file.ts'
import { SecretsNoted, sealFile } from './seal-file.ts'

export interface Import {
  readonly environment: EnvironmentId
  readonly file: AssetsFile
  readonly fileDigest: Digest
  readonly dryRun: boolean
  readonly idempotency: RepeatableRequest
}

export interface Imported extends ImportResult {
  readonly kind: 'imported'
  readonly replayed: boolean
}

const operation = 'importAssets'
const atOnce = 50

function actionOf({ existing, before, accepted }: AcceptedAsset): ImportAction {
  if (existing === undefined) return 'created'
  return before?.digest === accepted.digest ? 'unchanged' : 'updated'
}

function outcomeOf(one: AcceptedAsset, dryRun: boolean): ImportedAsset {
  const { asset, target, existing } = one
  const action = actionOf(one)
  return {
    file: asset.id,
    id: dryRun && existing === undefined ? null : target,
    type: asset.type,
    name: existing?.name ?? asset.name,
    action,
    version: (existing?.version ?? 0) + (action === 'unchanged' ? 0 : 1),
  }
}

interface Storing {
  readonly caller: Caller
  readonly environment: EnvironmentId
  readonly sealed: ReadonlyMap<AssetId, readonly SealedSecret[]>
}

async function storeNext(
  { caller, environment }: Storing,
  transaction: Transaction,
  { asset, target, existing, accepted }: AcceptedAsset,
): Promise<EntryDraft> {
  const version = (existing?.version ?? 0) + 1
  const name = existing?.name ?? asset.name
  const details = existing === undefined ? { nameText: await saveText(transaction, name) } : undefined
  const next = { asset: target, environment, type: asset.type, name, version, accepted }
  try {
    return await storeVersion(caller, transaction, details === undefined ? next : { ...next, details })
  } catch (error) {
    throw error instanceof Refused ? refusalOf([{ place: asset.place, refused: error }]) : error
  }
}

async function storeOne(
  storing: Storing,
  transaction: Transaction,
  one: AcceptedAsset,
): Promise<readonly EntryDraft[]> {
  const { caller, environment, sealed } = storing
  const { asset, target } = one
  const written = actionOf(one) === 'unchanged' ? [] : [await storeNext(storing, transaction, one)]
  const secrets = sealed.get(target) ?? []
  const { person } = caller
  const given = { asset: target, environment, type: asset.type, person, actor: entryActor(caller), secrets }
  return [...written, ...(await storeSecrets(transaction, given))]
}

/** Neither transaction may stand still for long, or PostgreSQL takes its connection away. */
function breathing({ control }: OpenEnvironment, transaction: Transaction): () => Promise<void> {
  let count = 0
  return async () => {
    count += 1
    if (count % atOnce !== 0) return
    await Promise.all([control.execute(sql`select 1`), transaction.execute(sql`select 1`)])
  }
}

async function store(
  storing: Storing,
  { control }: OpenEnvironment,
  transaction: Transaction,
  accepted: readonly AcceptedAsset[],
): Promise<readonly EntryDraft[]> {
  const entries: EntryDraft[] = []
  for (let first = 0; first < accepted.length; first += atOnce) {
    const some = accepted.slice(first, first + atOnce)
    entries.push(...(await Promise.all(some.map((one) => storeOne(storing, transaction, one)))).flat())
    await control.execute(sql`select 1`)
  }
  return entries
}

function importEntry(
  caller: Caller,
  { environment, fileDigest }: Import,
  { id, result, outcomes }: { id: string; result: Digest; outcomes: readonly ImportedAsset[] },
): EntryDraft {
  const count = (action: ImportAction) => outcomes.filter((one) => one.action === action).length
  return {
    id,
    type: 'assets.imported',
    subject: `environment/${environment}`,
    actor: entryActor(caller),
    environment,
    details: {
      file: fileDigest,
      result,
      created: count('created'),
      updated: count('updated'),
      unchanged: count('unchanged'),
    },
  }
}

async function importHere(
  context: ServiceContext,
  opened: OpenEnvironment,
  asked: Import,
  { assets, isNoted }: { readonly assets: readonly TypedAsset[]; readonly isNoted: boolean },
): Promise<Imported> {
  const { caller } = context
  const { environment, dryRun, idempotency } = asked
  return withOrganization(opened.store, caller.organization, async (transaction) => {
    const id = uuidv7()
    if (!dryRun) {
      const claim = { ...idempotency, actor: caller.actor, operation, resource: id }
      const claimed = await claimKey(transaction, claim)
      if (claimed.kind === 'replay') return readImport(transaction, claimed.resource)
    }
    const matched = await matchFile(transaction, environment, assets)
    const before = await readBefore(transaction, matched)
    const accepted = await acceptFile(matched, before, breathing(opened, transaction))
    await refuseTakenInFile(transaction, environment, accepted)
    const outward = outwardReferences(matched).map(({ asset }) => asset)
    const known = await knownAssets(transaction, environment, outward)
    const inFileOrder = accepted.toSorted((one, other) => one.asset.place - other.asset.place)
    const data = inFileOrder.map((one) => outcomeOf(one, dryRun))
    const warnings = warningsOf(inFileOrder, known)
    const done: Imported = { kind: 'imported', data, warnings, replayed: false }
    if (dryRun) return done
    const sealed = await sealFile(context, opened, accepted, isNoted)
    const entries = await store({ caller, environment, sealed }, opened, transaction, accepted)
    const result = await saveContent(transaction, canonicalBytes(resultDocument(done)))
    await appendEntries(transaction, [...entries, importEntry(caller, asked, { id, result, outcomes: data })])
    return done
  })
}

async function importOnce(context: ServiceContext, asked: Import, isNoted: boolean) {
  return openEnvironment<Imported | Noted>(context, asked.environment, async (opened) => {
    if (opened.kind === 'production') {
      throw new Refused(
        'promotion-only',
        'Nothing is imported into production. Import into staging and promote it.',
      )
    }
    await refuseProductionFile(opened.control, asked.file)
    const assets = await checkFile(opened, asked.file.assets)
    try {
      return await importHere(context, opened, asked, { assets, isNoted })
    } catch (error) {
      if (error instanceof SecretsNoted) return { kind: 'noted' }
      throw error
    }
  })
}

/**
 * Brings a file of assets into a staging or development environment, all of it or nothing. Contents are judged as those
 * that are written by hand; the same content is no new version. A dry run answers the same and changes nothing.
 *
 * @throws Refused `promotion-only` into or from production, and by every rule of a version written by hand, with all
 * places at once.
 */
export async function importAssets(context: ServiceContext, asked: Import): Promise<Imported> {
  const names = asked.file.assets.map(({ name }, place) => ({ pointer: `/assets/${place}/name`, value: name }))
  await refuseConfidential(names)
  return onceNoted((isNoted) => importOnce(context, asked, isNoted))
}

/** The digest by which the log names a file. */
export function digestOfFile(file: JsonValue): Digest {
  return digest(digestOf(canonicalBytes(file)))
}
