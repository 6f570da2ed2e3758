import { and, desc, eq } from 'drizzle-orm'
import { policy as policyTable } from '../../../db/control/policy.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { EnvironmentId } from '../../../domain/identifiers.ts'
import { asPolicy, type Policy } from '../../../domain/policy/policy.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { Refused } from '../../refused.ts'

export interface NewestPolicy {
  readonly policyVersion: number
  readonly policy: Policy
}

/**
 * The policy that routes what is asked for now.
 *
 * @throws Refused `illegal-state` where the environment has none.
 */
export async function newestPolicy(
  transaction: Transaction,
  environment: EnvironmentId,
): Promise<NewestPolicy> {
  const [row] = await transaction
    .select({ version: policyTable.version, document: policyTable.document })
    .from(policyTable)
    .where(
      and(eq(policyTable.organization, transaction.organization), eq(policyTable.environment, environment)),
    )
    .orderBy(desc(policyTable.version))
    .limit(1)
  if (row === undefined) {
    throw new Refused(
      'illegal-state',
      'The destination has no policy, so nobody could approve. Set one first.',
    )
  }
  return { policyVersion: row.version, policy: asPolicy(parseStrict(row.document)) }
}
