import { and, desc, eq } from 'drizzle-orm'
import { policyProposal } from '../../db/control/policy-proposal.ts'
import type { Transaction } from '../../db/transaction.ts'
import {
  type Digest,
  type EnvironmentId,
  type Instant,
  instant,
  type PersonId,
} from '../../domain/identifiers.ts'
import { durationMilliseconds } from '../../domain/policy/duration.ts'
import { asPolicy, type Policy } from '../../domain/policy/policy.ts'
import { parseStrict } from '../../trust/strict-parse.ts'

const openFor = durationMilliseconds('P30D')

export interface ProposalView extends Policy {
  readonly environment: EnvironmentId
  /** Of the policy, once somebody confirms it. */
  readonly version: number
  readonly digest: Digest
  readonly proposedBy: PersonId
  readonly proposedAt: Instant
  /** When it can be confirmed no more. */
  readonly expiresAt: Instant
}

/** What was proposed last for a version, and its number among what was proposed for it. */
export interface LastProposal {
  readonly number: number
  readonly proposal: ProposalView
}

/** When what was proposed at some moment can be confirmed no more. */
export function proposalExpiry(proposedAt: Instant): Instant {
  return instant(Date.parse(proposedAt) + openFor)
}

/** What was proposed last for a version of a policy; undefined where nothing was. */
export async function readProposal(
  transaction: Transaction,
  environment: EnvironmentId,
  version: number,
): Promise<LastProposal | undefined> {
  const [row] = await transaction
    .select()
    .from(policyProposal)
    .where(
      and(
        eq(policyProposal.organization, transaction.organization),
        eq(policyProposal.environment, environment),
        eq(policyProposal.version, version),
      ),
    )
    .orderBy(desc(policyProposal.number))
    .limit(1)
  if (row === undefined) return undefined
  const { number, digest, document, proposedBy } = row
  const policy = asPolicy(parseStrict(document))
  const proposedAt = instant(row.proposedAt)
  const expiresAt = proposalExpiry(proposedAt)
  return { number, proposal: { ...policy, environment, version, digest, proposedBy, proposedAt, expiresAt } }
}
