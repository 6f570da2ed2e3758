import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { Caller, ServiceContext } from '../context.ts'
import { requireEnvironmentRight } from '../environments/environment-access.ts'
import { checkPrecondition } from '../idempotency/check-precondition.ts'
import { claimKey, type RepeatableRequest } from '../idempotency/claim-key.ts'
import { lockOrganization } from '../organizations/lock-organization.ts'
import { entryActor } from '../people/entry-actor.ts'
import { Refused } from '../refused.ts'
import { insertPolicy } from './insert-policy.ts'
import { type PolicyView, readPolicy, readPolicyVersions } from './read-policy.ts'
import { readPolicyAdministrators } from './read-policy-people.ts'
import { type ProposalView, readProposal } from './read-proposal.ts'
import { refuseUnknown } from './refuse-unknown.ts'

export interface ConfirmPolicy {
  readonly environment: EnvironmentId
  /** Digests of the proposal the caller may have seen. */
  readonly seen: readonly string[]
  readonly idempotency: RepeatableRequest
}

export interface ConfirmedPolicy {
  readonly policy: PolicyView
  readonly replayed: boolean
}

async function requireConfirmable(
  transaction: Transaction,
  { person }: Caller,
  proposal: ProposalView,
  now: string,
): Promise<void> {
  const { environment, proposedBy, expiresAt } = proposal
  if (proposedBy === person) {
    throw new Refused(
      'forbidden',
      'You proposed this policy. Another owner or admin of the organization has to confirm it.',
    )
  }
  if (expiresAt <= now) {
    throw new Refused('illegal-state', 'This was proposed more than 30 days ago. Propose it anew.')
  }
  if (!(await readPolicyAdministrators(transaction)).includes(proposedBy)) {
    throw new Refused(
      'illegal-state',
      'Whoever proposed this policy is no owner or admin any more. Propose it anew.',
    )
  }
  await refuseUnknown(transaction, environment, proposal, 'illegal-state')
}

/**
 * Puts a proposed policy in force, as the second person, who saw what was proposed.
 *
 * @throws Refused `forbidden` for whoever proposed it and for all but owners and admins, `illegal-state` where nothing is
 *   proposed or what is can be confirmed no more, `precondition-failed` when something else is proposed by now.
 */
export async function confirmPolicy(
  { caller, stores, clock }: ServiceContext,
  { environment, seen, idempotency }: ConfirmPolicy,
): Promise<ConfirmedPolicy> {
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    await lockOrganization(transaction)
    await requireEnvironmentRight(transaction, caller, environment, 'policy.confirm')
    const current = await readPolicy(transaction, environment)
    const version = (current?.version ?? 0) + 1
    const claim = { ...idempotency, actor: caller.actor, operation: 'confirmPolicy' }
    const claimed = await claimKey(transaction, { ...claim, resource: environment, version })
    if (claimed.kind === 'replay') {
      const page = { before: claimed.version + 1, limit: 1 }
      const [policy] = await readPolicyVersions(transaction, environment, page)
      if (policy === undefined) throw new Error('a confirmed policy was not found')
      return { policy, replayed: true }
    }
    const last = await readProposal(transaction, environment, version)
    if (last === undefined) throw new Refused('illegal-state', 'No change of this policy is proposed.')
    const { proposal } = last
    checkPrecondition(seen, proposal.digest)
    await requireConfirmable(transaction, caller, proposal, clock.now())
    const actor = entryActor(caller)
    const { digest, proposedBy } = proposal
    const basis = { kind: 'confirmed', proposedBy, confirmedBy: caller.person } as const
    const written = { environment, version, policy: proposal, basis }
    const told = await insertPolicy(transaction, actor, written, current ?? null)
    const policy = await readPolicy(transaction, environment)
    if (policy === undefined) throw new Error('a policy was neither stored nor found')
    const { subject } = told
    const details = { version, digest, proposedBy }
    const confirmed = { type: 'policy.confirmed', subject, actor, environment, details }
    await appendEntries(transaction, [confirmed, told])
    return { policy, replayed: false }
  })
}
