import type { Transaction } from '../../db/transaction.ts'
import type { Caller } from '../context.ts'
import { standingOf } from '../people/standing.ts'
import { Refused } from '../refused.ts'

/**
 * The log is read with a key of the organization, by its auditors and owners.
 *
 * @throws Refused `forbidden` for a key of an environment, and for a person without that right.
 */
export async function authoriseAudit(control: Transaction, { door, actor }: Caller): Promise<void> {
  if (door.kind !== 'organization') {
    throw new Refused('forbidden', 'The log of the organization is read with a key of the organization.')
  }
  const standing = await standingOf(control, actor, null)
  if (standing?.active && (standing.auditor || standing.organizationRole === 'owner')) return
  throw new Refused('forbidden', 'Reading the log takes the auditor grant, or being an owner.')
}
