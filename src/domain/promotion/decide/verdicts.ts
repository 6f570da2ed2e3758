import { accepted } from '../../stream.ts'
import type { DeliverVerdictCommand } from '../commands.ts'
import type { PromotionEvent } from '../events.ts'
import { refusalOfAnother } from '../external-verdict.ts'
import { lackingStep, stepAt } from '../quorum.ts'
import type { PromotionState } from '../state.ts'
import { limitsOf, notNow, type PromotionOutcome, waiting } from './refusals.ts'

/**
 * The verdict of the system that the open step waits for. It completes that step and stands for no person; a rejected one
 * ends the promotion. That the system signed it is verified where the envelope is at hand, when this is recorded.
 */
export function deliverVerdict(
  state: PromotionState,
  { step: position, revision, planDigest, verdict, envelope }: DeliverVerdictCommand,
): PromotionOutcome {
  const step = stepAt(state, state.step)
  if (!waiting.has(state.phase) || step === undefined || state.planDigest === null) {
    return notNow(state, 'no step waits for a verdict')
  }
  const { promotion } = state.facts
  const another = refusalOfAnother(
    { promotion, revision, step: position, planDigest },
    { promotion, revision: state.revision, step: position, planDigest: state.planDigest },
  )
  if (another !== null) return another
  if (step.kind !== 'external') return notNow(state, `step "${step.name}" waits for people`)
  if (position !== step.position) return notNow(state, `step "${step.name}" is the one that waits`)
  const given: PromotionEvent = { type: 'external-verdict', step: position, verdict, planDigest, envelope }
  if (verdict === 'rejected') return accepted([given, { type: 'rejected', step: position }], limitsOf(state))
  const completed: PromotionEvent = { type: 'step-completed', step: position }
  const after = { ...state, approvedSteps: [...state.approvedSteps, position] }
  return lackingStep(after) === 0
    ? accepted([given, completed, { type: 'approved', planDigest }], limitsOf(state))
    : accepted([given, completed], limitsOf(state))
}
