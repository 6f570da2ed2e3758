import type { PreflightItem } from '../preflight.ts'
import { type PreflightRule, whole } from '../rule.ts'

function hasDrifted({ target: { landed, baseline } }: PreflightItem): boolean {
  if (landed === null || baseline === null) return false
  return landed.version !== baseline.version || landed.digest !== baseline.digest
}

export const targetDrifted: PreflightRule = {
  id: 'target-drifted',
  severity: 'warning',
  acknowledgement: 'must',
  says: 'Production holds something else than the last promotion left there. Landing this overwrites it.',
  find: ({ items }) => items.filter(hasDrifted).map(({ asset }) => whole(asset)),
}
