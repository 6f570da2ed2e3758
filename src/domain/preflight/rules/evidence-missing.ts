import type { RoutedPreflight } from '../preflight.ts'
import { byAsset, type PreflightRule, whole } from '../rule.ts'

export const evidenceMissing: PreflightRule<RoutedPreflight> = {
  id: 'evidence-missing',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'The policy asks for evidence from staging that was not sent along.',
  find({ rule, evidence, items }) {
    const missing = (rule.requiredEvidence ?? []).filter((kind) => !evidence.some((one) => one.kind === kind))
    const [first] = byAsset(items)
    if (first === undefined) return []
    // Who says why something cannot be tested is believed by people, not by a rule.
    const explained = evidence.some(({ kind }) => kind === 'not-testable')
    return missing.map((kind) => ({
      ...whole(first.asset),
      severity: explained ? 'warning' : 'blocker',
      message: `The policy asks for evidence of the kind ${kind}, and none was sent along.`,
    }))
  },
}
