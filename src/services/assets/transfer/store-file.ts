import type { Transaction } from '../../../db/transaction.ts'
import type { AssetId, EnvironmentId } from '../../../domain/identifiers.ts'
import type { EntryDraft } from '../../audit/append-entries.ts'
import { saveText } from '../../audit/save-text.ts'
import type { Caller } from '../../context.ts'
import { entryActor } from '../../people/entry-actor.ts'
import { Refused } from '../../refused.ts'
import type { SealedSecret } from '../../secrets/seal-secret.ts'
import { storeSecrets } from '../../secrets/store-secrets.ts'
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
  const next = { asset: target, environment, type: asset.type, name, version, accepted }
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

/**
 * Writes what a file brings, one asset after the other: what refers to another of the file is judged with that one as it
 * will be. Returns the entries that tell of it, which the caller appends.
 *
 * @throws Refused with the problems of all assets, by JSON Pointer into the file.
 */
export async function storeFile(
  storing: Storing,
  transaction: Transaction,
  accepted: readonly AcceptedAsset[],
  breathe: () => Promise<void>,
): Promise<readonly EntryDraft[]> {
  const entries: EntryDraft[] = []
  const refusals: PlacedRefusal[] = []
  for (const one of accepted) {
    await breathe()
    try {
      entries.push(...(await storeOne(storing, transaction, one)))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      refusals.push({ place: one.asset.place, refused: error })
    }
  }
  if (refusals.length > 0) throw refusalOf(refusals)
  return entries
}
