import { isDeepStrictEqual } from 'node:util'
import { v7 as uuidv7 } from 'uuid'
import { type Transaction, withOrganization } from '../../../db/transaction.ts'
import { type Digest, digest, type EnvironmentId } from '../../../domain/identifiers.ts'
import type { JsonValue } from '../../../domain/json.ts'
import { canonicalBytes, digestOf } from '../../../trust/canonical.ts'
import { appendEntries, type EntryDraft } from '../../audit/append-entries.ts'
import { saveContent } from '../../content/save-content.ts'
import type { Caller, ServiceContext } from '../../context.ts'
import { claimKey, findClaim, type RepeatableRequest } from '../../idempotency/claim-key.ts'
import { entryActor } from '../../people/entry-actor.ts'
import { Refused } from '../../refused.ts'
import { refuseConfidential } from '../../screening/refuse-confidential.ts'
import { rememberAccepted } from '../../screening/remember-accepted.ts'
import { type Noted, onceNoted } from '../../secrets/prepare-secrets.ts'
import { type OpenEnvironment, openEnvironment } from '../rules/open-environment.ts'
import type { AcceptedAsset } from './accept-file.ts'
import {
  type AssetsFile,
  type ImportAction,
  type ImportedAsset,
  type ImportResult,
  resultDocument,
} from './assets-file.ts'
import { typeFile } from './check-file.ts'
import { outcomeOf, Rehearsed } from './import-outcome.ts'
import { outwardReferences, warningsOf } from './import-warnings.ts'
import { type JudgedFile, judgeFile, refuseIntoProduction } from './judge-file.ts'
import { knownAssets, type MatchedAsset, matchFile } from './match-file.ts'
import { readImport } from './read-import.ts'
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
const attempts = 3

/** Raised where assets or types were changed after the file was judged against them. */
class FileOutdated extends Error {
  override readonly name = 'FileOutdated'
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

/** That the assets here, and the types, are those that the file was judged against. */
function refuseOutdated(accepted: readonly AcceptedAsset[], found: readonly MatchedAsset[]): void {
  const now = new Map(found.map((one) => [one.asset.place, one]))
  const same = accepted.every(({ asset, existing }) => {
    const one = now.get(asset.place)
    return (
      isDeepStrictEqual(one?.existing, existing) && isDeepStrictEqual(one?.asset.definition, asset.definition)
    )
  })
  if (!same) throw new FileOutdated('something was changed after the file was judged')
}

/** What an import answers, once it is known that the whole of it is allowed. */
async function outcomeOfFile(
  transaction: Transaction,
  { environment, dryRun }: Import,
  accepted: readonly AcceptedAsset[],
): Promise<ImportResult> {
  await refuseTakenInFile(transaction, environment, accepted)
  const inFileOrder = accepted.toSorted((one, other) => one.asset.place - other.asset.place)
  const outward = outwardReferences(inFileOrder)
  const ids = outward.map(({ asset }) => asset)
  const known = await knownAssets(transaction, environment, ids)
  const unresolved = outward.filter(({ asset }) => !known.has(asset))
  const data = inFileOrder.map((one) => outcomeOf(one, dryRun))
  return { data, warnings: warningsOf(inFileOrder, unresolved) }
}

/** Does all of it but sealing, and takes it back. */
async function rehearse(
  context: ServiceContext,
  asked: Import,
  { store, accepted }: JudgedFile,
): Promise<Imported> {
  const { caller } = context
  try {
    return await withOrganization(store, caller.organization, async (transaction) => {
      const result = await outcomeOfFile(transaction, asked, accepted)
      const { environment } = asked
      await storeFile({ caller, environment, sealed: new Map() }, transaction, accepted)
      throw new Rehearsed(result)
    })
  } catch (error) {
    if (error instanceof Rehearsed) return { kind: 'imported', ...error.result, replayed: false }
    throw error
  }
}

async function write(
  context: ServiceContext,
  opened: OpenEnvironment,
  asked: Import,
  { accepted }: JudgedFile,
  isNoted: boolean,
): Promise<Imported> {
  const { caller } = context
  const { environment, idempotency, file } = asked
  refuseIntoProduction(opened)
  const assets = await typeFile(opened, file.assets, 'hold')
  return withOrganization(opened.store, caller.organization, async (transaction) => {
    const id = uuidv7()
    const claim = { ...idempotency, actor: caller.actor, operation, resource: id }
    const claimed = await claimKey(transaction, claim)
    if (claimed.kind === 'replay') return readImport(transaction, claimed.resource)
    refuseOutdated(accepted, await matchFile(transaction, environment, assets, 'lock'))
    const done = await outcomeOfFile(transaction, asked, accepted)
    const sealed = await sealFile(context, opened, accepted, isNoted)
    const entries = await storeFile({ caller, environment, sealed }, transaction, accepted)
    const result = await saveContent(transaction, canonicalBytes(resultDocument(done)))
    const told = importEntry(caller, asked, { id, result, outcomes: done.data })
    await appendEntries(transaction, [...entries, told])
    return { kind: 'imported', ...done, replayed: false }
  })
}

/** What the first import with this key answered: the same file may not be allowed any more since. */
function earlierAnswer(
  context: ServiceContext,
  { environment, idempotency }: Import,
): Promise<Imported | undefined> {
  const { actor, organization } = context.caller
  return openEnvironment(context, environment, (opened) =>
    withOrganization(opened.store, organization, async (transaction) => {
      const claim = await findClaim(transaction, { ...idempotency, actor, operation })
      return claim && readImport(transaction, claim.resource)
    }),
  )
}

async function importOnce(context: ServiceContext, asked: Import): Promise<Imported> {
  const judged = await judgeFile(context, asked)
  if (asked.dryRun) return rehearse(context, asked, judged)
  const done = await onceNoted((isNoted) =>
    openEnvironment<Imported | Noted>(context, asked.environment, async (opened) => {
      try {
        return await write(context, opened, asked, judged, isNoted)
      } catch (error) {
        if (error instanceof SecretsNoted) return { kind: 'noted' }
        throw error
      }
    }),
  )
  for (const one of judged.accepted) rememberAccepted(context, one.accepted)
  return done
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
  const earlier = asked.dryRun ? undefined : await earlierAnswer(context, asked)
  if (earlier !== undefined) return earlier
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    try {
      return await importOnce(context, asked)
    } catch (error) {
      if (!(error instanceof FileOutdated)) throw error
    }
  }
  throw new Refused(
    'illegal-state',
    'Assets of this file were changed again and again while it was judged. Nothing was imported; try again.',
  )
}

/** The digest by which the log names a file. */
export function digestOfFile(file: JsonValue): Digest {
  return digest(digestOf(canonicalBytes(file)))
}
