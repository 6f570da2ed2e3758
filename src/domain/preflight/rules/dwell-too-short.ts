import { durationMilliseconds } from '../../policy/duration.ts'
import type { RoutedPreflight } from '../preflight.ts'
import { type PreflightRule, whole } from '../rule.ts'

export const dwellTooShort: PreflightRule<RoutedPreflight> = {
  id: 'dwell-too-short',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'This version has not stood in staging for as long as the policy asks.',
  find({ rule: { minimumDwell }, items, now }) {
    if (minimumDwell === undefined) return []
    const latest = Date.parse(now) - durationMilliseconds(minimumDwell)
    return items
      .filter(({ writtenAt }) => Date.parse(writtenAt) > latest)
      .map(({ asset, writtenAt }) => {
        const from = new Date(Date.parse(writtenAt) + durationMilliseconds(minimumDwell)).toISOString()
        return {
          ...whole(asset),
          message: `The policy asks that a version stands in staging for ${minimumDwell}. This one has from ${from}.`,
        }
      })
  },
}
