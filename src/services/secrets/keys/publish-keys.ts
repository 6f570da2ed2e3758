import { sealingKey } from '../../../db/control/sealing-key.ts'
import { insertRows } from '../../../db/insert-rows.ts'
import type { StorePool } from '../../../db/pool.ts'
import { type Transaction, withOrganization } from '../../../db/transaction.ts'
import type { EnvironmentId, OrganizationId } from '../../../domain/identifiers.ts'
import { publicKeyOf, type SealingKey } from './sealing-key.ts'

/** An environment of somebody's, as the functions that look across organizations name it. */
export interface AnyEnvironment {
  readonly organization: OrganizationId
  readonly environment: EnvironmentId
}

const most = 200

async function publish(transaction: Transaction, key: SealingKey, environment: EnvironmentId): Promise<void> {
  const { organization } = transaction
  const row = { organization, environment, kid: key.kid, publicKey: publicKeyOf(key, environment) }
  await insertRows(transaction, sealingKey, [row], 'ignore')
}

/**
 * Publishes the public half of a key for every environment of the login's own kind that lacks it, a batch at a time.
 * Returns how many; safe to repeat. Keys are no events of an organization's log: which one a value is sealed with is.
 */
export async function publishKeys(control: StorePool, key: SealingKey): Promise<number> {
  const { rows } = await control.pool.query<AnyEnvironment>(
    'select organization, environment from environments_without_key($1, $2)',
    [key.kid, most],
  )
  for (const { organization, environment } of rows) {
    await withOrganization(control, organization, (transaction) => publish(transaction, key, environment))
  }
  return rows.length
}
