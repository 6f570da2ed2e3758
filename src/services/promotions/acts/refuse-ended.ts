import { isFinished, type PromotionPhase } from '../../../domain/promotion/state.ts'
import { Refused } from '../../refused.ts'

/**
 * Refuses at once what is asked of a promotion that has ended: nothing listens for it any more.
 *
 * @throws Refused `illegal-state`.
 */
export function refuseEnded({ state }: { readonly state: PromotionPhase }, act: string): void {
  if (!isFinished(state)) return
  throw new Refused('illegal-state', `The promotion is ${state}: there is nothing left to ${act}.`)
}
