import { describeCheck } from '../checks/outcomes.ts'
import type { RoutedPreflight } from '../preflight.ts'
import { byAsset, type PreflightRule, whole } from '../rule.ts'

// An approved promotion may come to another rule when it is looked at again, whose checks nobody has asked.
const neverAsked = 'It was never asked, because another rule of the policy applied before.'

export const externalCheckUnanswered: PreflightRule<RoutedPreflight> = {
  id: 'external-check-unanswered',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'A check that the policy names gave no answer that counts. Resubmit to ask it again.',
  find({ rule, checks, items }) {
    const [first] = byAsset(items)
    if (checks === 'not-yet' || first === undefined) return []
    return (rule.checks ?? []).flatMap((check) => {
      const outcome = checks.get(check.name)
      if (outcome?.kind === 'answered') return []
      const why = outcome?.detail ?? neverAsked
      const message = `${describeCheck(check)} gave no answer that counts. ${why} Resubmit to ask it again.`
      return [{ ...whole(first.asset), message }]
    })
  },
}
