import { checkKey } from '../../../../../db/control/check-key.ts'
import { insertRows } from '../../../../../db/insert-rows.ts'
import type { StorePool } from '../../../../../db/pool.ts'
import { withOrganization } from '../../../../../db/transaction.ts'
import type { OrganizationId } from '../../../../../domain/identifiers.ts'
import { type CheckKey, publicCheckKey } from './check-key.ts'

const most = 200

/**
 * Publishes the public half of the key for every organization that lacks it, a batch at a time. Returns how many; safe to
 * repeat. Keys are no events of an organization's log: that its checks were asked is.
 */
export async function publishCheckKeys(control: StorePool, key: CheckKey): Promise<number> {
  const { rows } = await control.pool.query<{ readonly organization: OrganizationId }>(
    'select organization from organizations_without_check_key($1, $2)',
    [key.kid, most],
  )
  for (const { organization } of rows) {
    const row = { organization, kid: key.kid, publicKey: publicCheckKey(key, organization) }
    await withOrganization(control, organization, (transaction) =>
      insertRows(transaction, checkKey, [row], 'ignore'),
    )
  }
  return rows.length
}
