import type { Outcome } from '../../stream.ts'
import { refused } from '../../stream.ts'
import type { PromotionEvent } from '../events.ts'
import type { PromotionState } from '../state.ts'

export type PromotionOutcome = Outcome<PromotionEvent>

/** Where a step is open: people sign it, or the system that it names is waited for. */
export const waiting: ReadonlySet<PromotionState['phase']> = new Set(['in_review', 'awaiting_approval'])

/** The refusal of what the promotion's phase does not allow. */
export function notNow(state: PromotionState, act: string): PromotionOutcome {
  return refused('illegal-state', `The promotion is ${state.phase.replaceAll('_', ' ')}: ${act}.`)
}

/** The instant after which nothing that people decide is recorded any more. */
export function limitsOf(state: PromotionState) {
  return state.expiresAt === null ? {} : { notAfter: state.expiresAt }
}
