import type { AssetId } from '../../identifiers.ts'
import type { Severity } from '../../plan/finding.ts'
import type { PolicyCheck } from '../../policy/policy.ts'
import type { RuledPlace } from '../judge-findings.ts'
import type { RoutedPreflight } from '../preflight.ts'
import { byAsset, whole } from '../rule.ts'

/** One thing that a service outside said about a bundle, in its own words, cleaned. */
export interface CheckFinding {
  readonly severity: Severity
  /** Null for the bundle as a whole. */
  readonly asset: AssetId | null
  readonly pointer: string
  readonly message: string
}

/** What came of asking: what was answered, or why nothing was that counts, in a sentence or two. */
export type CheckOutcome =
  | { readonly kind: 'answered'; readonly findings: readonly CheckFinding[] }
  | { readonly kind: 'unanswered'; readonly detail: string }

/**
 * What came of asking the checks of the rule that routes a bundle, by their name; one that is not here was never asked.
 * `not-yet` where nobody is asked, because the plan is only thought of.
 */
export type CheckOutcomes = ReadonlyMap<string, CheckOutcome> | 'not-yet'

/** A check as people are told of it: its address may hold what only its owners should know, so its host stands for it. */
export function describeCheck({ name, url }: PolicyCheck): string {
  return `The check “${name}” at ${URL.parse(url)?.host ?? 'an unknown host'}`
}

/** Nothing that a policy or an acknowledgement could name: it is told where nobody was asked, and nowhere else. */
export const checkPending: RuledPlace['rule'] = Object.freeze({
  id: 'external-check-pending',
  severity: 'info',
  acknowledgement: 'never',
  says: 'This check is asked once the promotion is requested. A dry run sends nothing out.',
})

/** The checks that a request would ask, for a plan that asks none. */
export function checksPending({ checks, rule, items }: RoutedPreflight): readonly RuledPlace[] {
  const [first] = byAsset(items)
  if (checks !== 'not-yet' || first === undefined) return []
  return (rule.checks ?? []).map((check) => ({
    rule: checkPending,
    place: {
      ...whole(first.asset),
      message: `${describeCheck(check)} is asked once the promotion is requested. A dry run sends nothing out.`,
    },
  }))
}
