import { isFinished, type PromotionPhase } from '../../../domain/promotion/state.ts'
import { Refused } from '../../refused.ts'

// From here it lands or is undone, and never comes back to people, but that they have undoing tried again.
const onItsWay: ReadonlySet<PromotionPhase> = new Set(['promoting', 'compensating', 'compensation_stuck'])

/**
 * Refuses at once what is asked of a promotion that has ended, where nothing listens any more, or that is on its way, where
 * nobody is heard before it has landed.
 *
 * @throws Refused `illegal-state`.
 */
export function refuseEnded({ state }: { readonly state: PromotionPhase }, act: string): void {
  if (!isFinished(state) && (act === 'retry' || !onItsWay.has(state))) return
  const told = state.replaceAll('_', ' ')
  throw new Refused('illegal-state', `The promotion is ${told}: there is nothing left to ${act}.`)
}
