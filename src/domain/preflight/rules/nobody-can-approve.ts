import type { RoutedPreflight } from '../preflight.ts'
import { byAsset, type PreflightRule, whole } from '../rule.ts'

export const nobodyCanApprove: PreflightRule<RoutedPreflight> = {
  id: 'nobody-can-approve',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'Too few people could sign this.',
  find({ signers, rule, items }) {
    const [first] = byAsset(items)
    if (first === undefined || signers.satisfiable) return []
    const lacking = signers.byStep.filter(({ enough }) => !enough)
    if (lacking.length === 0) {
      return [
        {
          ...whole(first.asset),
          message: 'Too few people could sign all the steps: one person counts in one step only.',
        },
      ]
    }
    return lacking.map(({ position, able, needed }) => ({
      ...whole(first.asset),
      message:
        `Step "${rule.steps[position - 1]?.name ?? position}" takes ${needed} and ${able.length} could sign it: ` +
        'whoever contributed, is not active, is in none of its groups or has no role in the destination cannot.',
    }))
  },
}
