import type { Transaction } from '../../../db/transaction.ts'
import type { JsonValue } from '../../../domain/json.ts'
import type { PromotionEvent } from '../../../domain/promotion/events.ts'
import type { PromotionState } from '../../../domain/promotion/state.ts'
import type { Act } from '../../../domain/rights/acts.ts'
import { judge } from '../../../domain/rights/judge.ts'
import { type Refusal, refused, unreachable } from '../../../domain/stream.ts'
import { standInsOf } from '../../people/stand-ins.ts'
import { standingOf } from '../../people/standing.ts'
import type { StoredCommand } from '../../stories/story-rules.ts'
import { newestPolicy } from '../request/newest-policy.ts'
import { authorityOf } from '../signers/signing-authority.ts'
import { authoriseVerdict } from '../verdicts/authorise-verdict.ts'
import { writersOf } from '../writers-of.ts'
import { isSignedFor, lapsedApprovals } from './lapsed-approvals.ts'
import { readPromotion } from './read-routed-promotion.ts'
import { refuseWhileFrozen } from './refuse-while-frozen.ts'

function isWithin(claimed: JsonValue | undefined, held: readonly string[]): boolean {
  return Array.isArray(claimed) && claimed.every((one) => held.includes(String(one)))
}

async function maySign(
  transaction: Transaction,
  state: PromotionState,
  { claim, actor }: StoredCommand,
  act: 'promotion.decide' | 'promotion.override',
): Promise<Refusal | null> {
  const [standing, standIns] = await Promise.all([
    standingOf(transaction, actor, state.facts.destination),
    standInsOf(transaction, claim.person),
  ])
  const refusal = judge(act, standing)
  if (refusal !== null || standing === undefined) return refusal
  const { groups, standsInFor = [] } = claim.arguments
  const deciders = state.decisions.map(({ person }) => person)
  const now = authorityOf(standing.groups, standIns, new Set([...state.contributors, ...deciders]))
  const held = isWithin(groups, now.groups) && isWithin(standsInFor, now.standsInFor)
  return held
    ? null
    : refused('not-eligible', 'You left a group, or stand in for somebody no more, that you decided by.')
}

async function mayDecide(
  transaction: Transaction,
  state: PromotionState,
  { verdict, person }: Extract<PromotionEvent, { readonly type: 'decided' }>,
  command: StoredCommand,
): Promise<Refusal | null> {
  const refusal = await maySign(transaction, state, command, 'promotion.decide')
  if (refusal !== null || verdict !== 'approve') return refusal
  return (await isSignedFor(transaction, state, person))
    ? refused(
        'already-decided',
        'Whoever stands in for you has approved in your place. Have them withdraw that, then approve yourself.',
      )
    : null
}

/** For what the source's side does: who may write all the assets there. */
async function mayAsk(
  transaction: Transaction,
  state: PromotionState,
  { actor }: StoredCommand,
  act: 'promotion.request' | 'promotion.withdraw',
): Promise<Refusal | null> {
  const { promotion, source } = state.facts
  const standing = await standingOf(transaction, actor, source)
  const writableBy = await writersOf(transaction, promotion)
  return judge(act, standing, { writableBy })
}

// What was drafted under an older policy would be routed by it: a draft kept for long would be a way around the new one.
async function refuseOutdatedDraft(
  transaction: Transaction,
  { facts }: PromotionState,
): Promise<Refusal | null> {
  const { policyVersion: drafted } = await readPromotion(transaction, facts.promotion)
  const { policyVersion } = await newestPolicy(transaction, facts.destination)
  return drafted === policyVersion
    ? null
    : refused(
        'illegal-state',
        'The policy of the destination has changed since this was drafted. Draft it anew.',
      )
}

/** For what the requester does, or the destination's side. */
async function maySteer(
  transaction: Transaction,
  state: PromotionState,
  { actor, claim }: StoredCommand,
  act: Extract<Act, 'promotion.schedule' | 'promotion.abort' | 'promotion.retry'>,
): Promise<Refusal | null> {
  const { requester, destination, source } = state.facts
  const requested = claim.person === requester
  const there = await standingOf(transaction, actor, destination)
  const refusal = judge(act, there, { through: 'destination' })
  if (refusal === null || !requested) return refusal
  return judge(act, await standingOf(transaction, actor, source), { through: 'source', requested })
}

async function authoriseEvent(
  transaction: Transaction,
  state: PromotionState,
  event: PromotionEvent,
  command: StoredCommand | null,
): Promise<Refusal | null> {
  const personal = 'person' in event ? event.person : null
  if (personal !== null && command?.claim.person !== personal) {
    return refused('forbidden', 'Only the person who asked for it does this.')
  }
  if (command === null) {
    if (event.type === 'external-verdict') {
      return refused('forbidden', 'A verdict is heard as it was delivered, and not without that.')
    }
    if (event.type !== 'authorized') return null
    return (await lapsedApprovals(transaction, state)).length > 0
      ? refused('approval-no-longer-valid', 'Somebody who approved may no longer do so.')
      : refuseWhileFrozen(transaction, state)
  }
  switch (event.type) {
    case 'decided':
      return mayDecide(transaction, state, event, command)
    case 'overridden':
      return maySign(transaction, state, command, 'promotion.override')
    case 'external-verdict':
      return authoriseVerdict(transaction, state, event, command)
    case 'decision-withdrawn':
      return judge('promotion.decide', await standingOf(transaction, command.actor, state.facts.destination))
    case 'submitted':
      return (
        (await mayAsk(transaction, state, command, 'promotion.request')) ??
        refuseOutdatedDraft(transaction, state)
      )
    case 'resubmitted':
      return mayAsk(transaction, state, command, 'promotion.request')
    case 'withdrawn':
      return mayAsk(transaction, state, command, 'promotion.withdraw')
    case 'aborted':
      return maySteer(transaction, state, command, 'promotion.abort')
    case 'rescheduled':
      return maySteer(transaction, state, command, 'promotion.schedule')
    case 'compensation-retried':
      return maySteer(transaction, state, command, 'promotion.retry')
    case 'step-completed':
    case 'approved':
    case 'rejected':
    case 'changes-requested':
      return null
    case 'preflight-started':
    case 'planned':
    case 'blocked':
    case 'approvals-lapsed':
    case 'reminded':
    case 'escalated':
    case 'expired':
    case 'scheduled':
    case 'returned':
    case 'authorized':
    case 'landed':
    case 'promoted':
    case 'compensating':
    case 'failed':
    case 'compensation-stuck':
      return refused('forbidden', 'The workflow alone does this.')
    default:
      return unreachable(event)
  }
}

/** Whether the people behind these events may still do so. Locks the rows that this rests on. */
export async function authorisePromotion(
  transaction: Transaction,
  state: PromotionState,
  events: readonly PromotionEvent[],
  command: StoredCommand | null,
): Promise<Refusal | null> {
  for (const event of events) {
    const refusal = await authoriseEvent(transaction, state, event, command)
    if (refusal !== null) return refusal
  }
  return null
}
