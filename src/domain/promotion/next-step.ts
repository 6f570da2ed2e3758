import type { Instant } from '../identifiers.ts'
import { unreachable } from '../stream.ts'
import type { PromotionState } from './state.ts'

/** What the workflow does next without being asked. */
export type NextStep =
  | { readonly kind: 'start-preflight' | 'plan' | 'authorize' | 'land' | 'publish' | 'compensate' }
  | { readonly kind: 'wait'; readonly until: Instant | null }
  | { readonly kind: 'finished' }

/** The workflow's own next step in this state; where people have to act, how long to wait for them. */
export function nextStep(state: PromotionState): NextStep {
  switch (state.phase) {
    case 'requested':
      return { kind: 'start-preflight' }
    case 'preflight':
      return { kind: 'plan' }
    case 'in_review':
    case 'awaiting_approval':
    case 'changes_requested':
      return { kind: 'wait', until: state.expiresAt }
    case 'approved':
      return { kind: 'authorize' }
    case 'promoting':
      return { kind: state.landed ? 'publish' : 'land' }
    case 'compensating':
      return { kind: 'compensate' }
    case 'scheduled':
    case 'compensation_stuck':
      return { kind: 'wait', until: null }
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
