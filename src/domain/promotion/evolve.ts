import { type Recorded, unreachable } from '../stream.ts'
import type { PromotionEvent } from './events.ts'
import { lackingStep } from './lacking-step.ts'
import type { PlannedStep, PromotionPhase, PromotionState } from './state.ts'

type Change = Partial<Omit<PromotionState, 'facts' | 'seq'>>

function phaseOf(step: PlannedStep | undefined): PromotionPhase {
  return step?.kind === 'review' ? 'in_review' : 'awaiting_approval'
}

function atStep(state: Pick<PromotionState, 'steps'>, position: number): Change {
  return { step: position, phase: phaseOf(state.steps.find((step) => step.position === position)) }
}

// A step that was complete before stays complete when an earlier one is signed again.
function atLackingStep(state: Pick<PromotionState, 'steps' | 'decisions'>): Change {
  const position = lackingStep(state)
  return position === 0 ? { step: 0 } : atStep(state, position)
}

function change(state: PromotionState, event: PromotionEvent): Change {
  switch (event.type) {
    case 'preflight-started':
      return { phase: 'preflight', revision: event.revision, step: 0 }
    case 'planned':
    case 'blocked': {
      const { revision, planDigest, contributors, steps, items } = event.plan
      const planned = {
        revision,
        planDigest,
        contributors,
        steps,
        items,
        decisions: [],
        expiresAt: event.expiresAt,
      }
      return event.type === 'blocked'
        ? { ...planned, step: 0, phase: 'changes_requested' }
        : { ...planned, ...atStep(planned, 1) }
    }
    case 'decided': {
      const { decision: id, person, step, verdict } = event
      return { decisions: [...state.decisions, { id, person, step, verdict }] }
    }
    case 'step-completed':
      return atLackingStep(state)
    case 'approved':
      return { phase: 'approved', step: 0 }
    case 'approvals-lapsed': {
      const decisions = state.decisions.filter((decision) => !event.decisions.includes(decision.id))
      return { decisions, ...atLackingStep({ steps: state.steps, decisions }) }
    }
    case 'rejected':
      return { phase: 'rejected', step: 0 }
    case 'changes-requested':
      return { phase: 'changes_requested', step: 0 }
    case 'withdrawn':
      return { phase: 'withdrawn', step: 0 }
    case 'expired':
      return { phase: 'expired', step: 0 }
    case 'authorized':
      return { phase: 'promoting', step: 0 }
    case 'landed':
      return { landed: true }
    case 'promoted':
      return { phase: 'promoted' }
    case 'compensating':
      return { phase: 'compensating', failure: event.failure }
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
