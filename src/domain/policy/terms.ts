import type { BreakGlass, Escalation, PolicyRule } from './policy.ts'
import type { Window } from './window.ts'

/** What a rule asks for after its plan is made: durations are ISO 8601. A promotion keeps those that it was routed by. */
export interface PolicyTerms {
  readonly expiresAfter: string
  readonly landWithin: string
  readonly severalSteps: boolean
  /** Whether people decide anew when the target moved. */
  readonly reapproval: boolean
  readonly activation: 'manual' | 'automatic'
  readonly remindAfter: readonly string[]
  readonly escalation: Escalation | null
  readonly breakGlass: BreakGlass | null
  /** When promotions may land, or may not; always where there are none. */
  readonly windows?: readonly Window[]
}

/** The terms of a rule, with what it leaves out. */
export function termsOf(rule: PolicyRule): PolicyTerms {
  return {
    expiresAfter: rule.expiresAfter,
    landWithin: rule.landWithin,
    severalSteps: rule.severalSteps ?? false,
    reapproval: rule.reapproval ?? true,
    activation: rule.activation ?? 'manual',
    remindAfter: rule.remindAfter ?? [],
    escalation: rule.escalation ?? null,
    breakGlass: rule.breakGlass ?? null,
    ...(rule.windows === undefined ? {} : { windows: rule.windows }),
  }
}
