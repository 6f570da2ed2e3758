import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { type Transaction, withOrganization } from '../../../db/transaction.ts'
import { type Digest, digest, type EnvironmentId } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import { canonicalBytes, digestOf } from '../../../trust/canonical.ts'
import { appendEntries, type EntryDraft } from '../../audit/append-entries.ts'
import { saveContent } from '../../content/save-content.ts'
import type { Caller, ServiceContext } from '../../context.ts'
import { claimKey, type RepeatableRequest } from '../../idempotency/claim-key.ts'
import { entryActor } from '../../people/entry-actor.ts'
import { Refused } from '../../refused.ts'
import { refuseConfidential } from '../../screening/refuse-confidential.ts'
import { rememberAccepted } from '../../screening/remember-accepted.ts'
import { type Noted, onceNoted } from '../../secrets/prepare-secrets.ts'
import { type OpenEnvironment, openEnvironment } from '../rules/open-environment.ts'
import { acceptFile } from './accept-file.ts'
import {
  type AssetsFile,
  type ImportAction,
  type ImportedAsset,
  type ImportResult,
  resultDocument,
} from './assets-file.ts'
import { checkFile, type TypedAsset } from './check-file.ts'
import { outcomeOf, Rehearsed } from './import-outcome.ts'
import { outwardReferences, warningsOf } from './import-warnings.ts'
import { knownAssets, matchFile, readBefore } from './match-file.ts'
import { readImport } from './read-import.ts'
import { refuseProductionFile } from './refuse-production-file.ts'
import { refuseTakenInFile } from './refuse-taken-in-file.ts'
import { SecretsNoted, sealFile } from './seal-file.ts'
import { storeFile } from './store-file.ts'

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

/** Neither transaction may stand still for long, or PostgreSQL takes its connection away. */
function breathing({ control }: OpenEnvironment, transaction: Transaction): () => Promise<void> {
  let count = 0
  return async () => {
    count += 1
    if (count % atOnce !== 0) return
    await Promise.all([control.execute(sql`select 1`), transaction.execute(sql`select 1`)])
  }
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
    const breathe = breathing(opened, transaction)
    const accepted = await acceptFile(matched, before, breathe)
    for (const one of accepted) rememberAccepted(context, one.accepted)
    await refuseTakenInFile(transaction, environment, accepted)
    const outward = outwardReferences(matched).map(({ asset }) => asset)
    const known = await knownAssets(transaction, environment, outward)
    const inFileOrder = accepted.toSorted((one, other) => one.asset.place - other.asset.place)
    const data = inFileOrder.map((one) => outcomeOf(one, dryRun))
    const warnings = warningsOf(inFileOrder, known)
    const done: Imported = { kind: 'imported', data, warnings, replayed: false }
    const sealed = dryRun ? new Map() : await sealFile(context, opened, accepted, isNoted)
    const entries = await storeFile({ caller, environment, sealed }, transaction, accepted, breathe)
    if (dryRun) throw new Rehearsed({ data, warnings })
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
      if (error instanceof Rehearsed) return { kind: 'imported', ...error.result, replayed: false }
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
  const names = asked.file.assets.map(({ name }, place) => ({
    pointer: `/assets/${place}/name`,
    value: name,
  }))
  await refuseConfidential(names)
  return onceNoted((isNoted) => importOnce(context, asked, isNoted))
}

/** The digest by which the log names a file. */
export function digestOfFile(file: JsonValue): Digest {
  return digest(digestOf(canonicalBytes(file)))
}
