import type { Transaction } from '../../../db/transaction.ts'
import type { AssetId, EnvironmentId } from '../../../domain/identifiers.ts'
import type { EntryDraft } from '../../audit/append-entries.ts'
import { saveText } from '../../audit/save-text.ts'
import type { Caller } from '../../context.ts'
import { entryActor } from '../../people/entry-actor.ts'
import { Refused } from '../../refused.ts'
import type { SealedSecret } from '../../secrets/seal-secret.ts'
import { storeSecrets } from '../../secrets/store-secrets.ts'
import { checkReferences } from '../references/check-references.ts'
import { storeVersion } from '../store-version.ts'
import { type AcceptedAsset, type PlacedRefusal, refusalOf } from './accept-file.ts'
import { actionOf } from './import-outcome.ts'

export interface Storing {
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
  const ofFile = true as const
  const next = { asset: target, environment, type: asset.type, name, version, accepted, ofFile }
  return storeVersion(caller, transaction, details === undefined ? next : { ...next, details })
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

async function checkOne(
  { environment }: Storing,
  transaction: Transaction,
  { target: asset, existing, accepted: { references } }: AcceptedAsset,
): Promise<readonly EntryDraft[]> {
  const version = (existing?.version ?? 0) + 1
  await checkReferences(transaction, { asset, environment, version, references })
  return []
}

/**
 * Writes what a file brings. References are judged once all of it stands, since its assets may change together what
 * would not be allowed one by one. Returns the entries that tell of it, which the caller appends.
 *
 * @throws Refused with the problems of all assets, by JSON Pointer into the file.
 */
export async function storeFile(
  storing: Storing,
  transaction: Transaction,
  accepted: readonly AcceptedAsset[],
  breathe: () => Promise<void>,
): Promise<readonly EntryDraft[]> {
  const written = accepted.filter((one) => actionOf(one) !== 'unchanged')
  const entries = await forEachAsset(accepted, breathe, (one) => storeOne(storing, transaction, one))
  await forEachAsset(written, breathe, (one) => checkOne(storing, transaction, one))
  return entries
}

/** Does the same with each asset, and refuses with all that was refused once it was tried with each. */
async function forEachAsset(
  assets: readonly AcceptedAsset[],
  breathe: () => Promise<void>,
  work: (one: AcceptedAsset) => Promise<readonly EntryDraft[]>,
): Promise<readonly EntryDraft[]> {
  const entries: EntryDraft[] = []
  const refusals: PlacedRefusal[] = []
  for (const one of assets) {
    await breathe()
    try {
      entries.push(...(await work(one)))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      refusals.push({ place: one.asset.place, refused: error })
    }
  }
  if (refusals.length > 0) throw refusalOf(refusals)
  return entries
}
