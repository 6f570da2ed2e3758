import { and, desc, eq, lt } from 'drizzle-orm'
import { policy as policyTable } from '../../db/control/policy.ts'
import type { Transaction } from '../../db/transaction.ts'
import {
  type Digest,
  type EnvironmentId,
  type Instant,
  instant,
  type PersonId,
} from '../../domain/identifiers.ts'
import { asPolicy, type Policy } from '../../domain/policy/policy.ts'
import { parseStrict } from '../../trust/strict-parse.ts'

export interface PolicyView extends Policy {
  readonly environment: EnvironmentId
  readonly version: number
  readonly digest: Digest
  readonly proposedBy: PersonId
  /** Null where nobody did: what the environment began with, or the only person set who may. */
  readonly confirmedBy: PersonId | null
  readonly createdAt: Instant
}

export interface VersionsAsked {
  /** Versions older than this one; the newest when left out. */
  readonly before?: number | undefined
  readonly limit: number
}

/** Versions of an environment's policy, newest first. */
export async function readPolicyVersions(
  transaction: Transaction,
  environment: EnvironmentId,
  { before, limit }: VersionsAsked,
): Promise<readonly PolicyView[]> {
  const rows = await transaction
    .select()
    .from(policyTable)
    .where(
      and(
        eq(policyTable.organization, transaction.organization),
        eq(policyTable.environment, environment),
        before === undefined ? undefined : lt(policyTable.version, before),
      ),
    )
    .orderBy(desc(policyTable.version))
    .limit(limit)
  return rows.map(({ version, digest, document, proposedBy, confirmedBy, createdAt }) => {
    const policy = asPolicy(parseStrict(document))
    return { ...policy, environment, version, digest, proposedBy, confirmedBy, createdAt: instant(createdAt) }
  })
}

/** The newest version of an environment's policy; undefined where none was ever set. */
export async function readPolicy(
  transaction: Transaction,
  environment: EnvironmentId,
): Promise<PolicyView | undefined> {
  const [newest] = await readPolicyVersions(transaction, environment, { limit: 1 })
  return newest
}
