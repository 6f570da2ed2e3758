import type { Transaction } from '../../db/transaction.ts'
import type { ServiceContext } from '../context.ts'
import { holdKey } from '../keys/hold-key.ts'
import { requireRight } from '../people/require-right.ts'
import { Refused } from '../refused.ts'
import { lockPerson } from './lock-person.ts'

/**
 * Asks whether the caller may change their own link, and locks their row. A token opens every door of its person, for as
 * long as they are linked; so only a key that does as much may bring one in.
 *
 * @throws Refused `forbidden` for a service account, a token, and, to link, a key that is limited or expires;
 * `unauthenticated` for one that was revoked meanwhile.
 */
export async function authoriseLink(
  transaction: Transaction,
  { caller }: Pick<ServiceContext, 'caller'>,
  change: 'link' | 'unlink',
): Promise<void> {
  await lockPerson(transaction, caller.person)
  await requireRight(transaction, caller, 'identity.link')
  if (caller.via === 'token') {
    throw new Refused('forbidden', 'A token does not change who it stands for. Use an API key of your own.')
  }
  if (change === 'unlink') return
  const { scopes, expiresAt } = await holdKey(transaction, caller)
  if (scopes !== null || expiresAt !== null) {
    throw new Refused(
      'forbidden',
      'A key that is limited or expires links no identity, which would do more than the key. Use one without limits.',
    )
  }
}
