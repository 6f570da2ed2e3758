import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { ApiStores, Caller } from '../context.ts'
import { authoriseAudit } from './authorise-audit.ts'

/**
 * Reads the log as the login `auditor`, which sees no content, for a caller whose right to it has been checked.
 *
 * @throws Refused to everybody but auditors and owners with a key of the organization.
 */
export async function asAuditor<Result>(
  { control, auditor }: Pick<ApiStores, 'control' | 'auditor'>,
  caller: Caller,
  read: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  await withOrganization(control, caller.organization, (transaction) => authoriseAudit(transaction, caller))
  return withOrganization(auditor, caller.organization, read)
}
