import { instant } from '../identifiers.ts'
import { durationMilliseconds } from '../policy/duration.ts'
import { accepted, type Outcome, refused, unreachable } from '../stream.ts'
import type { OwnPromotionCommand, PersonalPromotionCommand, PromotionCommand } from './commands.ts'
import type { LandedItem, PromotionEvent } from './events.ts'
import { lackingStep } from './lacking-step.ts'
import type { PromotionPhase, PromotionState } from './state.ts'

type PromotionOutcome = Outcome<PromotionEvent>
type Personal<Kind extends PersonalPromotionCommand['kind']> = Extract<
  PersonalPromotionCommand,
  { kind: Kind }
>
type Own<Kind extends OwnPromotionCommand['kind']> = Extract<OwnPromotionCommand, { kind: Kind }>

const withdrawable: ReadonlySet<PromotionPhase> = new Set([
  'requested',
  'preflight',
  'in_review',
  'awaiting_approval',
  'approved',
  'scheduled',
  'changes_requested',
])

function notNow(state: PromotionState, act: string): PromotionOutcome {
  return refused('illegal-state', `The promotion is ${state.phase.replaceAll('_', ' ')}: ${act}.`)
}

function limitsOf(state: PromotionState) {
  return state.expiresAt === null ? {} : { notAfter: state.expiresAt }
}

function decidePerson(state: PromotionState, command: Personal<'decide'>): PromotionOutcome {
  if (state.phase !== 'in_review' && state.phase !== 'awaiting_approval') {
    return notNow(state, 'no step waits for a decision')
  }
  const step = state.steps.find((candidate) => candidate.position === state.step)
  if (step === undefined || (command.step !== null && command.step !== step.position)) {
    return notNow(state, `step ${state.step} is the one that waits`)
  }
  if (command.planDigest !== state.planDigest) {
    return refused(
      'precondition-failed',
      'The plan is not the one that was shown. Read it again, then decide.',
    )
  }
  if (state.contributors.includes(command.person)) {
    return refused(
      'contributor-may-not-decide',
      'Who requested or edited what is promoted may not decide on it.',
    )
  }
  if (step.groups.length > 0 && !step.groups.some((group) => command.groups.includes(group))) {
    return refused('not-eligible', `Step "${step.name}" is signed by members of ${step.groups.join(' or ')}.`)
  }
  if (state.decisions.some((decision) => decision.person === command.person)) {
    return refused('already-decided', 'One person decides once on a plan.')
  }
  const { decision, person, verdict, planDigest, commentText, printedNameText } = command
  const decided: PromotionEvent = {
    type: 'decided',
    decision,
    person,
    step: step.position,
    verdict,
    planDigest,
    commentText,
    printedNameText,
  }
  if (verdict === 'reject') return accepted([decided, { type: 'rejected', decision }], limitsOf(state))
  if (verdict === 'request-changes') {
    return accepted([decided, { type: 'changes-requested', decision }], limitsOf(state))
  }
  const decisions = [...state.decisions, { id: decision, person, step: step.position, verdict }]
  const approvals = decisions.filter((one) => one.step === step.position)
  if (approvals.length < step.required) return accepted([decided], limitsOf(state))
  const completed: PromotionEvent = { type: 'step-completed', step: step.position }
  return lackingStep({ steps: state.steps, decisions }) === 0
    ? accepted([decided, completed, { type: 'approved', planDigest }], limitsOf(state))
    : accepted([decided, completed], limitsOf(state))
}

function plan(state: PromotionState, command: Own<'plan'>): PromotionOutcome {
  if (state.phase !== 'preflight') return notNow(state, 'there is nothing to plan')
  const expiresAt = instant(Date.parse(command.now) + durationMilliseconds(state.facts.rule.expiresAfter))
  return accepted([
    { type: command.plan.blockers > 0 ? 'blocked' : 'planned', plan: command.plan, expiresAt },
  ])
}

function expire(state: PromotionState): PromotionOutcome {
  const waits = state.step > 0 || state.phase === 'changes_requested'
  if (!waits || state.expiresAt === null) return notNow(state, 'nothing waits for a decision')
  return accepted([{ type: 'expired' }], { notBefore: state.expiresAt })
}

function authorize(state: PromotionState, command: Own<'authorize'>): PromotionOutcome {
  if (state.phase !== 'approved' || state.planDigest === null)
    return notNow(state, 'it is not to be authorized')
  if (command.lapsed.length > 0) return accepted([{ type: 'approvals-lapsed', decisions: command.lapsed }])
  return accepted([{ type: 'authorized', revision: state.revision, planDigest: state.planDigest }])
}

/** Whether what stands in production is every approved item, at its target, with the approved digest. */
function standsAsApproved({ items: approved }: PromotionState, items: readonly LandedItem[]): boolean {
  return (
    items.length === approved.length &&
    approved.every(({ position, target, digest }) =>
      items.some(
        (landed) => landed.position === position && landed.target === target && landed.digest === digest,
      ),
    )
  )
}

function land(state: PromotionState, { result }: Own<'land'>): PromotionOutcome {
  if (state.phase !== 'promoting' || state.landed) return notNow(state, 'nothing is to land')
  if (result.kind === 'refused') return accepted([{ type: 'compensating', failure: result.code }])
  return accepted([
    standsAsApproved(state, result.items)
      ? { type: 'landed', items: result.items }
      : { type: 'compensating', failure: 'landed-bytes-differ' },
  ])
}

function publish(state: PromotionState, { items }: Own<'publish'>): PromotionOutcome {
  if (state.phase !== 'promoting' || !state.landed) return notNow(state, 'nothing has landed')
  return accepted([
    standsAsApproved(state, items)
      ? { type: 'promoted', items }
      : { type: 'compensating', failure: 'landed-bytes-differ' },
  ])
}

function compensate(state: PromotionState, command: Own<'compensate'>): PromotionOutcome {
  if (state.phase !== 'compensating') return notNow(state, 'nothing is to be undone')
  const failure = state.failure ?? 'unknown'
  return accepted([{ type: command.result === 'stuck' ? 'compensation-stuck' : 'failed', failure }])
}

/**
 * What a command comes to in this state: the events that follow, or a refusal with its reason. Pure: the same state and
 * command always give the same outcome.
 */
export function decide(state: PromotionState, command: PromotionCommand): PromotionOutcome {
  switch (command.kind) {
    case 'decide':
      return decidePerson(state, command)
    case 'withdraw':
      return withdrawable.has(state.phase)
        ? accepted([{ type: 'withdrawn', person: command.person, reasonText: command.reasonText }])
        : notNow(state, 'it can no longer be withdrawn')
    case 'start-preflight':
      return state.phase === 'requested'
        ? accepted([{ type: 'preflight-started', revision: state.revision }])
        : notNow(state, 'preflight has begun already')
    case 'plan':
      return plan(state, command)
    case 'expire':
      return expire(state)
    case 'authorize':
      return authorize(state, command)
    case 'land':
      return land(state, command)
    case 'publish':
      return publish(state, command)
    case 'compensate':
      return compensate(state, command)
    default:
      return unreachable(command)
  }
}
