import { policyProposal } from '../../db/control/policy-proposal.ts'
import { insertRows } from '../../db/insert-rows.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import { digest, type EnvironmentId } from '../../domain/identifiers.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { PolicyWarning } from '../../domain/policy/warnings.ts'
import { digestOf } from '../../trust/canonical.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ServiceContext } from '../context.ts'
import { requireEnvironmentRight } from '../environments/environment-access.ts'
import { checkPrecondition } from '../idempotency/check-precondition.ts'
import { lockOrganization } from '../organizations/lock-organization.ts'
import { entryActor } from '../people/entry-actor.ts'
import { Refused } from '../refused.ts'
import { refuseConfidential } from '../screening/refuse-confidential.ts'
import { insertPolicy, policyBytes } from './insert-policy.ts'
import { namesIn } from './names-in-policy.ts'
import { type PolicyView, readPolicy } from './read-policy.ts'
import { readPolicyAdministrators } from './read-policy-people.ts'
import { type ProposalView, proposalExpiry, readProposal } from './read-proposal.ts'
import { refuseUnknown } from './refuse-unknown.ts'
import { refuseUnreachable } from './refuse-unreachable.ts'
import { reviewFor } from './review-for.ts'

export interface SetPolicy {
  readonly environment: EnvironmentId
  readonly policy: Policy
  /** The versions the caller may have seen; 0 stands for no policy. */
  readonly seen: readonly string[]
  readonly dryRun: boolean
}

/** What became of a change, in words for people, and what its author should know of the policy. */
interface ChangeNotes {
  readonly note: string
  readonly warnings: readonly PolicyWarning[]
}

export type PolicyChange =
  | ({ readonly state: 'in-force'; readonly policy: PolicyView } & ChangeNotes)
  | ({ readonly state: 'proposed'; readonly proposal: ProposalView } & ChangeNotes)

/** What an ordinary policy takes many times over; one travels with every promotion that it routes. */
const mostBytes = 65_536

const notes = {
  unchanged: 'The policy says this already; nothing was stored.',
  alone:
    'The policy is in force. No second owner or admin could confirm it, because the organization has only one; the log says so.',
  proposed:
    'The policy is proposed. It takes effect when another owner or admin confirms it; until then the one before stays in force.',
}

function refuseLarge(bytes: Uint8Array): void {
  if (bytes.byteLength <= mostBytes) return
  throw new Refused('invalid-body', `A policy has at most ${mostBytes} bytes as canonical JSON.`, [
    { pointer: '/rules', message: 'says too much for one policy' },
  ])
}

async function takeEffect(
  transaction: Transaction,
  { caller, clock }: ServiceContext,
  { environment, policy, dryRun }: SetPolicy,
  before: PolicyView | null,
): Promise<PolicyView> {
  const version = (before?.version ?? 0) + 1
  if (dryRun) {
    const ofDocument = digest(digestOf(policyBytes(policy)))
    const people = { proposedBy: caller.person, confirmedBy: null }
    return { environment, version, digest: ofDocument, ...policy, ...people, createdAt: clock.now() }
  }
  const basis = { kind: 'only-administrator' } as const
  const written = { environment, version, policy, basis }
  const entry = await insertPolicy(transaction, entryActor(caller), written, before)
  const stored = await readPolicy(transaction, environment)
  if (stored === undefined) throw new Error('a policy was neither stored nor found')
  await appendEntries(transaction, [entry])
  return stored
}

async function propose(
  transaction: Transaction,
  { caller, clock }: ServiceContext,
  { environment, policy, dryRun }: SetPolicy,
  version: number,
): Promise<ProposalView> {
  const { organization } = transaction
  const { person: proposedBy } = caller
  const document = policyBytes(policy)
  const ofDocument = digest(digestOf(document))
  const last = await readProposal(transaction, environment, version)
  const open = last?.proposal
  if (open?.digest === ofDocument && open.proposedBy === proposedBy && open.expiresAt > clock.now()) {
    return open
  }
  if (dryRun) {
    const proposedAt = clock.now()
    const expiresAt = proposalExpiry(proposedAt)
    return { environment, version, digest: ofDocument, ...policy, proposedBy, proposedAt, expiresAt }
  }
  const row = { organization, environment, version, number: (last?.number ?? 0) + 1, document, proposedBy }
  await insertRows(transaction, policyProposal, [row])
  const stored = await readProposal(transaction, environment, version)
  if (stored === undefined) throw new Error('a proposal was neither stored nor found')
  await appendEntries(transaction, [
    {
      type: 'policy.proposed',
      subject: `environment/${environment}`,
      actor: entryActor(caller),
      environment,
      details: { version, digest: ofDocument, replaces: open?.digest ?? null },
    },
  ])
  return stored.proposal
}

/**
 * Proposes the next version of an environment's policy, in place of what was proposed before. Where nobody else could
 * confirm it, it takes effect at once. Promotions keep the version they were routed by. The same policy again stores
 * nothing; a dry run judges everything and stores nothing.
 *
 * @throws Refused `forbidden` unless an owner or admin asks, `precondition-failed` when the caller saw another version,
 *   `invalid-body` for what the organization does not have or a check that could never be asked, `literal-secret` or `patient-data` for a name that holds some.
 */
export async function setPolicy(context: ServiceContext, asked: SetPolicy): Promise<PolicyChange> {
  const { caller, stores } = context
  const { environment, policy, seen } = asked
  await withOrganization(stores.control, caller.organization, (transaction) =>
    requireEnvironmentRight(transaction, caller, environment, 'policy.propose'),
  )
  const bytes = policyBytes(policy)
  refuseLarge(bytes)
  refuseUnreachable(policy, context.refusalOfAddress)
  await refuseConfidential(namesIn(policy))
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    await lockOrganization(transaction)
    await requireEnvironmentRight(transaction, caller, environment, 'policy.propose')
    const current = await readPolicy(transaction, environment)
    checkPrecondition(seen, current?.version ?? 0)
    await refuseUnknown(transaction, environment, policy)
    const { warnings } = await reviewFor(transaction, context, environment, policy)
    if (current?.digest === digestOf(bytes)) {
      return { state: 'in-force', policy: current, note: notes.unchanged, warnings }
    }
    const administrators = await readPolicyAdministrators(transaction)
    if (administrators.every((one) => one === caller.person)) {
      const stored = await takeEffect(transaction, context, asked, current ?? null)
      return { state: 'in-force', policy: stored, note: notes.alone, warnings }
    }
    const proposal = await propose(transaction, context, asked, (current?.version ?? 0) + 1)
    return { state: 'proposed', proposal, note: notes.proposed, warnings }
  })
}
