import type { Instant } from '../identifiers.ts'
import { unreachable } from '../stream.ts'
import type { PromotionState } from './state.ts'

/** What the workflow does next without being asked. */
export type NextStep =
  | { readonly kind: 'start-preflight' | 'plan' | 'authorize' | 'land' | 'publish' | 'compensate' }
  /** People have to act; at `until`, where there is one, the workflow does what `atEnd` says. */
  | {
      readonly kind: 'wait'
      readonly until: Instant | null
      readonly atEnd: 'remind' | 'escalate' | 'expire'
    }
  /** Nothing is missing but the time; look again at `until`, and whenever somebody says that it may have come. */
  | { readonly kind: 'wait-to-land'; readonly until: Instant | null }
  | { readonly kind: 'finished' }

function nextDeadline({ expiresAt, escalateAt, remindAt }: PromotionState): NextStep {
  const due = [
    { until: remindAt[0] ?? null, atEnd: 'remind' as const },
    { until: escalateAt, atEnd: 'escalate' as const },
    { until: expiresAt, atEnd: 'expire' as const },
  ].filter(({ until }) => until !== null)
  const [first] = due.sort((one, other) => Date.parse(one.until ?? '') - Date.parse(other.until ?? ''))
  return { kind: 'wait', ...(first ?? { until: null, atEnd: 'expire' }) }
}

/** The workflow's own next step in this state; where people have to act, how long to wait for them. */
export function nextStep(state: PromotionState): NextStep {
  switch (state.phase) {
    case 'requested':
      return { kind: 'start-preflight' }
    case 'preflight':
      return { kind: 'plan' }
    case 'in_review':
    case 'awaiting_approval':
      return nextDeadline(state)
    case 'changes_requested':
      return { kind: 'wait', until: state.expiresAt, atEnd: 'expire' }
    case 'approved':
      return { kind: 'authorize' }
    case 'promoting':
      return { kind: state.landed ? 'publish' : 'land' }
    case 'compensating':
      return { kind: 'compensate' }
    case 'scheduled':
      return { kind: 'wait-to-land', until: state.opensAt }
    case 'draft':
    case 'compensation_stuck':
      return { kind: 'wait', until: null, atEnd: 'expire' }
    case 'promoted':
    case 'rejected':
    case 'withdrawn':
    case 'expired':
    case 'failed':
      return { kind: 'finished' }
    default:
      return unreachable(state.phase)
  }
}
