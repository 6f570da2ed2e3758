import type { Transaction } from '../../db/transaction.ts'
import type { Caller } from '../context.ts'
import { requireRight } from '../people/require-right.ts'

/**
 * The log is read with a key of the organization, by its auditors and owners.
 *
 * @throws Refused `forbidden` for a key of an environment, and for a person without that right.
 */
export async function authoriseAudit(control: Transaction, caller: Caller): Promise<void> {
  await requireRight(control, caller, 'audit.read')
}
