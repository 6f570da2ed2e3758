import type { Transaction } from '../../../db/transaction.ts'
import { Refused } from '../../refused.ts'
import type { CurrentAsset } from '../rules/check-next-version.ts'
import { lockReferences } from './lock-references.ts'
import { readUsers } from './read-users.ts'

const shownUsers = 20

/**
 * Sees to it that no other asset uses this one, now and until the transaction ends.
 *
 * @throws Refused `asset-in-use` naming those that do.
 */
export async function refuseInUse(
  transaction: Transaction,
  { id, environment }: Pick<CurrentAsset, 'id' | 'environment'>,
): Promise<void> {
  await lockReferences(transaction, environment)
  const users = await readUsers(transaction, { asset: id, environment, limit: shownUsers })
  if (users.length === 0) return
  throw new Refused(
    'asset-in-use',
    'Other assets use this one; see GET /v1/assets/{asset}/used-by. Change or delete them first.',
    users.map(({ id: user, pointer }) => ({ pointer: '', message: `asset ${user} uses it at ${pointer}` })),
  )
}
