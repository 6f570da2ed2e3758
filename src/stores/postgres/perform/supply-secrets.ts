import type { Transaction } from '../../../db/transaction.ts'
import type { SupplyingAct, WritingAct } from '../../../services/asset-store.ts'
import type { EntryDraft } from '../../../services/audit/append-entries.ts'
import { SecretSuperseded, storeSecrets } from '../../../services/secrets/store-secrets.ts'
import { throughWorkflow } from '../entries.ts'
import { lockAssets } from '../statements/lock-assets.ts'
import { StoreRefused } from '../store-refused.ts'
import { type Performed, performedDetails } from './performed.ts'

/**
 * Stores the sealed values that came with an act. The worker passes them on as they are and does not open them.
 *
 * @throws StoreRefused `fenced` when a value that was asked for later is stored already.
 */
export async function storeSealed(
  transaction: Transaction,
  act: WritingAct | SupplyingAct,
): Promise<readonly EntryDraft[]> {
  const { asset, environment, type, person, secrets, fence } = act
  const actor = throughWorkflow(person)
  const given = { asset, environment, type, person, actor, secrets, fence, details: performedDetails(act) }
  try {
    return await storeSecrets(transaction, given)
  } catch (error) {
    if (error instanceof SecretSuperseded) throw new StoreRefused('fenced')
    throw error
  }
}

/**
 * Gives an asset its secrets. It takes no fence of the asset, so that it never stands in the way of a landing: versions
 * and pointers stay as they are.
 *
 * @throws StoreRefused `target-moved` when the asset is gone, `fenced` when newer values are stored.
 */
export async function supplySecrets(transaction: Transaction, act: SupplyingAct): Promise<Performed> {
  const standing = (await lockAssets(transaction, [act.asset])).get(act.asset)
  const { environment, type } = act
  if (standing?.environment !== environment || standing.type !== type || standing.deleted) {
    throw new StoreRefused('target-moved')
  }
  const entries = await storeSealed(transaction, act)
  const [first] = entries
  if (first?.id === undefined) throw new Error('an act that supplies secrets has none')
  return { version: standing.version, entry: first.id, entries }
}
