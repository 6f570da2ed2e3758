import { type Instant, instant } from '../../identifiers.ts'
import { durationMilliseconds } from '../../policy/duration.ts'
import { accepted } from '../../stream.ts'
import type { OwnPromotionCommand } from '../commands.ts'
import type { Deadlines, PlanSummary } from '../events.ts'
import type { PromotionState } from '../state.ts'
import { notNow, type PromotionOutcome } from './refusals.ts'

/** When people are due, counted from when the plan was made. What would come after the end is left out. */
function deadlinesFrom(now: Instant, { terms }: PlanSummary): Deadlines {
  const after = (duration: string) => instant(Date.parse(now) + durationMilliseconds(duration))
  const expiresAt = after(terms.expiresAfter)
  const escalateAt = terms.escalation === null ? null : after(terms.escalation.after)
  return {
    expiresAt,
    remindAt: terms.remindAfter
      .map(after)
      .filter((at) => at < expiresAt)
      .sort(),
    escalateAt: escalateAt !== null && escalateAt < expiresAt ? escalateAt : null,
  }
}

/** The plan of a revision, which people decide on or which is sent back. */
export function plan(
  state: PromotionState,
  command: Extract<OwnPromotionCommand, { kind: 'plan' }>,
): PromotionOutcome {
  if (state.phase !== 'preflight' || command.plan.revision !== state.revision) {
    return notNow(state, 'there is nothing to plan')
  }
  return accepted([
    {
      type: command.plan.blockers > 0 ? 'blocked' : 'planned',
      plan: command.plan,
      ...deadlinesFrom(command.now, command.plan),
    },
  ])
}

/** Those who have not signed are told again. */
export function remind(state: PromotionState): PromotionOutcome {
  const [due] = state.remindAt
  if (state.step === 0 || due === undefined) return notNow(state, 'nobody is to be reminded')
  return accepted([{ type: 'reminded', reminder: state.remindersSent + 1 }], { notBefore: due })
}

/** The stand-in group is asked too. */
export function escalate(state: PromotionState): PromotionOutcome {
  const group = state.terms?.escalation?.group
  if (state.step === 0 || state.escalateAt === null || group === undefined) {
    return notNow(state, 'there is nobody else to ask')
  }
  return accepted([{ type: 'escalated', group }], { notBefore: state.escalateAt })
}

/** The time to decide is over. */
export function expire(state: PromotionState): PromotionOutcome {
  const waits = state.step > 0 || state.phase === 'changes_requested'
  if (!waits || state.expiresAt === null) return notNow(state, 'nothing waits for a decision')
  return accepted([{ type: 'expired' }], { notBefore: state.expiresAt })
}
