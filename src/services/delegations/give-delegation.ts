import { v7 as uuidv7 } from 'uuid'
import { delegation as delegationTable } from '../../db/control/delegation.ts'
import { insertRows } from '../../db/insert-rows.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import { violatedConstraint } from '../../db/violated-constraint.ts'
import { type DelegationId, type Instant, identifier, type PersonId } from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import { saveText } from '../audit/save-text.ts'
import type { Caller, ServiceContext } from '../context.ts'
import { claimKey, type RepeatableRequest } from '../idempotency/claim-key.ts'
import { holdKey } from '../keys/hold-key.ts'
import { notFound } from '../organizations/require-organization-key.ts'
import { entryActor } from '../people/entry-actor.ts'
import { requireRight } from '../people/require-right.ts'
import { standingOf } from '../people/standing.ts'
import { Refused } from '../refused.ts'
import { refuseConfidential } from '../screening/refuse-confidential.ts'
import { delegationGiven } from './delegation-entries.ts'
import { type DelegationView, readDelegation } from './read-delegations.ts'

export interface GiveDelegation {
  readonly to: PersonId
  readonly startsAt: Instant
  readonly endsAt: Instant
  readonly reason: string
  readonly idempotency: RepeatableRequest
}

export interface GivenDelegation {
  readonly delegation: DelegationView
  readonly replayed: boolean
}

interface InWords {
  readonly pointer: string
  readonly message: string
  readonly detail: string
}

// What the table refuses: its clock is the one that counts.
const rules: Readonly<Record<string, InWords>> = Object.freeze({
  delegation_is_to_somebody_else: {
    pointer: '/to',
    message: 'must be somebody else',
    detail: 'Nobody stands in for themselves.',
  },
  delegation_ends_after_it_starts: {
    pointer: '/endsAt',
    message: 'must be after startsAt',
    detail: 'A delegation ends after it starts.',
  },
  delegation_lasts_at_most_90_days: {
    pointer: '/endsAt',
    message: 'must be at most 90 days after startsAt',
    detail: 'A delegation lasts at most 90 days. Give another one when it ends.',
  },
  delegation_is_not_of_the_past: {
    pointer: '/startsAt',
    message: 'must not be in the past',
    detail: 'A delegation is for a period that is still to come, or that begins now.',
  },
})

function refusalOf(error: unknown): unknown {
  const rule = rules[violatedConstraint(error) ?? '']
  if (rule === undefined) return error
  const { pointer, message, detail } = rule
  return new Refused('invalid-body', detail, [{ pointer, message }])
}

async function authorise(transaction: Transaction, caller: Caller): Promise<void> {
  await requireRight(transaction, caller, 'delegation.give')
  if (caller.via === 'token') {
    throw new Refused(
      'forbidden',
      'A token gives no delegation, which could outlast its link. Use an API key.',
    )
  }
  await holdKey(transaction, caller)
}

async function requireStandIn(transaction: Transaction, to: PersonId): Promise<void> {
  const standing = await standingOf(transaction, to, null)
  if (standing === undefined) throw notFound()
  if (standing.kind === 'human' && standing.active) return
  const message = 'must be another active human of this organization'
  throw new Refused('invalid-body', 'Only an active human stands in for somebody.', [
    { pointer: '/to', message },
  ])
}

/**
 * Lets another human stand in for the caller for a period of at most 90 days. What they may do by it is judged at the
 * moment of the act; what others gave the caller does not pass on.
 *
 * @throws Refused `forbidden` to a service account, a token and a key of an environment, `unauthenticated` with a key
 * that was revoked meanwhile, `not-found` for nobody of the organization, `invalid-body` for a stand-in or a period
 * that the rules do not allow, `literal-secret` or `patient-data` for a reason that holds either.
 */
export async function giveDelegation(
  { caller, stores }: ServiceContext,
  { to, startsAt, endsAt, reason, idempotency }: GiveDelegation,
): Promise<GivenDelegation> {
  const { organization, person: delegator, actor } = caller
  return withOrganization(stores.control, organization, async (transaction) => {
    await authorise(transaction, caller)
    await refuseConfidential([{ pointer: '/reason', value: reason }])
    const id = identifier<DelegationId>(uuidv7())
    const claim = { ...idempotency, actor, operation: 'giveDelegation', resource: id }
    const claimed = await claimKey(transaction, claim)
    if (claimed.kind === 'replay') {
      const first = await readDelegation(transaction, delegator, claimed.resource)
      if (first === undefined) throw notFound()
      return { delegation: first, replayed: true }
    }
    await requireStandIn(transaction, to)
    const saved = await saveText(transaction, reason)
    const period = { startsAt: new Date(startsAt), endsAt: new Date(endsAt) }
    const row = { organization, id, delegator, standIn: to, ...period, reasonText: saved.text }
    await insertRows(transaction, delegationTable, [row]).catch((error) => {
      throw refusalOf(error)
    })
    const given = await readDelegation(transaction, delegator, id)
    if (given === undefined) throw notFound()
    await appendEntries(transaction, [delegationGiven(entryActor(caller), given, saved)])
    return { delegation: given, replayed: false }
  })
}
