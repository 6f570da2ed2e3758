import { eq } from 'drizzle-orm'
import { approverGroup } from '../../db/control/approver-group.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import { digestOf } from '../../trust/canonical.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ServiceContext } from '../context.ts'
import { checkPrecondition } from '../idempotency/check-precondition.ts'
import { lockOrganization } from '../organizations/lock-organization.ts'
import { notFound } from '../organizations/require-organization-key.ts'
import { entryActor } from '../people/entry-actor.ts'
import { Refused } from '../refused.ts'
import { refuseConfidential, type SentAlong } from '../screening/refuse-confidential.ts'
import { requireEnvironmentRight } from './environment-access.ts'
import { insertPolicy, policyBytes } from './insert-policy.ts'
import { type PolicyView, readPolicy } from './read-policy.ts'

export interface SetPolicy {
  readonly environment: EnvironmentId
  readonly policy: Policy
  /** The versions the caller may have seen; 0 stands for no policy. */
  readonly seen: readonly string[]
}

// They reach the histories of workflows, which outlive what any policy says.
function namesIn({ rules }: Policy): readonly SentAlong[] {
  return rules.flatMap(({ name, steps }, rule) => [
    { pointer: `/rules/${rule}/name`, value: name },
    ...steps.map((step, place) => ({ pointer: `/rules/${rule}/steps/${place}/name`, value: step.name })),
  ])
}

async function refuseUnknownGroups(transaction: Transaction, { rules }: Policy): Promise<void> {
  const rows = await transaction
    .select({ name: approverGroup.name })
    .from(approverGroup)
    .where(eq(approverGroup.organization, transaction.organization))
  const known = new Set(rows.map(({ name }) => name))
  const errors = rules.flatMap(({ steps }, rule) =>
    steps.flatMap(({ groups }, step) =>
      groups.flatMap((group, place) =>
        known.has(group)
          ? []
          : [{ pointer: `/rules/${rule}/steps/${step}/groups/${place}`, message: 'is no group here' }],
      ),
    ),
  )
  if (errors.length > 0)
    throw new Refused('invalid-body', 'A step names a group that does not exist.', errors)
}

/**
 * Stores a new version of an environment's policy. Promotions keep the version they were routed by. The same policy
 * again stores nothing.
 *
 * @throws Refused `forbidden` unless an owner or admin asks, `precondition-failed` when the caller saw another version,
 *   `literal-secret` or `patient-data` for a name that holds some.
 */
export async function setPolicy(
  { caller, stores }: ServiceContext,
  { environment, policy, seen }: SetPolicy,
): Promise<PolicyView> {
  await withOrganization(stores.control, caller.organization, (transaction) =>
    requireEnvironmentRight(transaction, caller, environment, 'policy.propose'),
  )
  await refuseConfidential(namesIn(policy))
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    await lockOrganization(transaction)
    await requireEnvironmentRight(transaction, caller, environment, 'policy.propose')
    const current = await readPolicy(transaction, environment)
    checkPrecondition(seen, current?.version ?? 0)
    await refuseUnknownGroups(transaction, policy)
    if (current !== undefined && current.digest === digestOf(policyBytes(policy))) return current
    const before = current === undefined ? null : { version: current.version, digest: current.digest }
    const version = (current?.version ?? 0) + 1
    const entry = await insertPolicy(
      transaction,
      entryActor(caller),
      { environment, version, policy },
      before,
    )
    const stored = await readPolicy(transaction, environment)
    if (stored === undefined) throw notFound()
    await appendEntries(transaction, [entry])
    return stored
  })
}
