import { and, desc, eq } from 'drizzle-orm'
import { policy as policyTable } from '../../db/control/policy.ts'
import type { Transaction } from '../../db/transaction.ts'
import {
  type Digest,
  type EnvironmentId,
  type Instant,
  instant,
  type PersonId,
} from '../../domain/identifiers.ts'
import { asPolicy, type PolicyRule } from '../../domain/policy/policy.ts'
import { parseStrict } from '../../trust/strict-parse.ts'

export interface PolicyView {
  readonly environment: EnvironmentId
  readonly version: number
  readonly digest: Digest
  readonly rules: readonly PolicyRule[]
  readonly createdBy: PersonId
  readonly createdAt: Instant
}

/** The newest version of an environment's policy; undefined where none was ever set. */
export async function readPolicy(
  transaction: Transaction,
  environment: EnvironmentId,
): Promise<PolicyView | undefined> {
  const [row] = await transaction
    .select()
    .from(policyTable)
    .where(
      and(eq(policyTable.organization, transaction.organization), eq(policyTable.environment, environment)),
    )
    .orderBy(desc(policyTable.version))
    .limit(1)
  if (row === undefined) return undefined
  const { version, digest, createdBy, createdAt } = row
  const { rules } = asPolicy(parseStrict(row.document))
  return { environment, version, digest, rules, createdBy, createdAt: instant(createdAt) }
}
