import { type Instant, instant } from '../identifiers.ts'
import { durationMilliseconds } from '../policy/duration.ts'
import type { RolloutState } from './rollout.ts'

/** What a signed plan has people do before it is live. The words of its checklist stay with the plan. */
export interface SignedValidation {
  /** How many lines its checklist has. */
  readonly lines: number
  /** An ISO 8601 duration. */
  readonly soak?: string
}

/** What stands in the way of going live. */
export interface Missing {
  /** Lines that nobody confirmed, from 1. */
  readonly lines: readonly number[]
  /** Null where it need not soak any longer. */
  readonly soakUntil: Instant | null
}

/** When what is in use has soaked as long as the plan says; null where it need not, or is not in use yet. */
export function soakUntil({ facts, activatedAt }: RolloutState): Instant | null {
  const soak = facts.validation?.soak
  if (soak === undefined || activatedAt === null) return null
  return instant(Date.parse(activatedAt) + durationMilliseconds(soak))
}

/** What stands in the way of going live at an instant; null when nothing does. */
export function missingToComplete(state: RolloutState, now: Instant): Missing | null {
  const { facts, confirmed } = state
  const lines = Array.from({ length: facts.validation?.lines ?? 0 }, (_, place) => place + 1)
  const open = lines.filter((line) => !confirmed.includes(line))
  const until = soakUntil(state)
  const soaks = until !== null && now < until
  return open.length === 0 && !soaks ? null : { lines: open, soakUntil: soaks ? until : null }
}

/** The same in words, with those of the checklist where they are at hand. */
export function describeMissing(
  missing: Missing | null,
  checklist: readonly string[] = [],
): readonly string[] {
  if (missing === null) return []
  const { lines, soakUntil: until } = missing
  const open = lines.map((line) => {
    const words = checklist[line - 1]
    const told = `Line ${line} of the checklist is not confirmed`
    return words === undefined ? `${told}.` : `${told}: ${words}`
  })
  return until === null ? open : [...open, `It soaks until ${until}.`]
}
