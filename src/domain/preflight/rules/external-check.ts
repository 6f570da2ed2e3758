import { describeCheck } from '../checks/outcomes.ts'
import type { RoutedPreflight } from '../preflight.ts'
import { byAsset, type PreflightRule } from '../rule.ts'

export const externalCheck: PreflightRule<RoutedPreflight> = {
  id: 'external-check',
  severity: 'warning',
  acknowledgement: 'may',
  says: 'A check that the policy names found this. It says itself how grave it is.',
  find({ rule, checks, items }) {
    const [first] = byAsset(items)
    if (checks === 'not-yet' || first === undefined) return []
    return (rule.checks ?? []).flatMap((check) => {
      const outcome = checks.get(check.name)
      if (outcome?.kind !== 'answered') return []
      return outcome.findings.map(({ severity, asset, pointer, message }) => ({
        asset: asset ?? first.asset,
        pointer,
        severity,
        message: `${describeCheck(check)} says: ${message}`,
      }))
    })
  },
}
