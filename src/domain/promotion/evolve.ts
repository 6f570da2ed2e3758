import { type Recorded, unreachable } from '../stream.ts'
import type { PromotionEvent } from './events.ts'
import { lackingStep, stepAt } from './quorum.ts'
import type { PlannedStep, PromotionPhase, PromotionState } from './state.ts'

type Change = Partial<Omit<PromotionState, 'facts' | 'seq'>>

function phaseOf(step: PlannedStep | undefined): PromotionPhase {
  return step?.kind === 'review' ? 'in_review' : 'awaiting_approval'
}

function atStep(state: Pick<PromotionState, 'steps'>, position: number): Change {
  return { step: position, phase: phaseOf(stepAt(state, position)) }
}

// A step that was complete before stays complete when an earlier one is signed again.
function atLackingStep(
  state: Pick<PromotionState, 'steps' | 'decisions' | 'approvedSteps'>,
  whereNoneIs: Change = { step: 0 },
): Change {
  const position = lackingStep(state)
  return position === 0 ? whereNoneIs : atStep(state, position)
}

// What was approved in time may wait longer than people had to decide; what comes back from there has no deadline.
function undated({ phase }: PromotionState): Change {
  const over = { hindrances: [], opensAt: null }
  return phase === 'scheduled' || phase === 'approved' ? { ...over, expiresAt: null } : over
}

function change(state: PromotionState, event: PromotionEvent): Change {
  switch (event.type) {
    case 'submitted':
      return { phase: 'requested' }
    case 'preflight-started':
      return { phase: 'preflight', revision: event.revision, step: 0 }
    case 'planned':
    case 'blocked': {
      const { revision, planDigest, contributors, steps, items, terms, notBefore } = event.plan
      const { expiresAt, remindAt, escalateAt } = event
      const plan = { revision, planDigest, contributors, steps, items, terms }
      const deadlines = { expiresAt, remindAt, remindersSent: 0, escalateAt, escalatedTo: null }
      const planned = {
        ...plan,
        ...deadlines,
        notBefore,
        decisions: [],
        approvedSteps: [],
        overridden: false,
      }
      return event.type === 'blocked'
        ? { ...planned, step: 0, phase: 'changes_requested' }
        : { ...planned, ...atStep(planned, lackingStep(planned) || 1) }
    }
    case 'decided': {
      const { decision: id, person, step, verdict, groups, standsInFor } = event
      const own = { id, person, step, verdict, groups, ...(standsInFor === undefined ? {} : { standsInFor }) }
      return { decisions: [...state.decisions, own] }
    }
    case 'external-verdict':
      return event.verdict === 'approved' ? { approvedSteps: [...state.approvedSteps, event.step] } : {}
    case 'decision-withdrawn':
      return { decisions: state.decisions.filter(({ id }) => id !== event.decision) }
    case 'overridden': {
      const { decision: id, person, step, groups } = event
      const own = { id, person, step, verdict: 'override', groups } as const
      return { overridden: true, decisions: [...state.decisions, own] }
    }
    case 'reminded':
      return { remindAt: state.remindAt.slice(1), remindersSent: event.reminder }
    case 'escalated':
      return { escalateAt: null, escalatedTo: event.group }
    case 'step-completed':
      return atLackingStep(state)
    case 'approved':
      return { phase: 'approved', step: 0 }
    case 'approvals-lapsed': {
      const decisions = state.decisions.filter((decision) => !event.decisions.includes(decision.id))
      const overridden = decisions.some(({ verdict }) => verdict === 'override')
      const held = atLackingStep({ ...state, decisions }, { step: 0, phase: 'approved' })
      return { decisions, overridden, ...undated(state), ...held }
    }
    case 'rejected':
      return { phase: 'rejected', step: 0 }
    case 'changes-requested':
      return { phase: 'changes_requested', step: 0 }
    case 'resubmitted': {
      const anew = { decisions: [], approvedSteps: [], overridden: false, planDigest: null, failure: null }
      return { ...undated(state), ...anew, phase: 'requested', revision: event.revision, step: 0 }
    }
    case 'withdrawn':
    case 'aborted':
      return { phase: 'withdrawn', step: 0 }
    case 'rescheduled':
      return { notBefore: event.notBefore }
    case 'scheduled':
      return { phase: 'scheduled', hindrances: event.hindrances, opensAt: event.opensAt }
    case 'returned':
      return { ...undated(state), phase: 'changes_requested', step: 0, failure: event.because }
    case 'expired':
      return { phase: 'expired', step: 0 }
    case 'authorized':
      return { phase: 'promoting', step: 0, hindrances: [], opensAt: null }
    case 'landed':
      return { landed: true }
    case 'promoted':
      return { phase: 'promoted' }
    case 'compensating':
      return { phase: 'compensating', failure: event.failure }
    case 'compensation-retried':
      return { phase: 'compensating' }
    case 'failed':
      return { phase: 'failed', failure: event.failure }
    case 'compensation-stuck':
      return { phase: 'compensation_stuck', failure: event.failure }
    default:
      return unreachable(event)
  }
}

/**
 * The state after one more event. Events come in order and without a gap.
 *
 * @throws RangeError when the event's number is not the next one.
 */
export function evolve(state: PromotionState, { seq, event }: Recorded<PromotionEvent>): PromotionState {
  if (seq !== state.seq + 1) throw new RangeError(`event ${seq} does not follow event ${state.seq}`)
  return Object.freeze({ ...state, ...change(state, event), seq })
}
