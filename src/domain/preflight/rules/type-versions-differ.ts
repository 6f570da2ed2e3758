import type { PreflightItem } from '../preflight.ts'
import { type PreflightRule, whole } from '../rule.ts'

function differs({ typeVersions: { staged, landed } }: PreflightItem): boolean {
  return landed !== null && landed !== staged
}

export const typeVersionsDiffer: PreflightRule = {
  id: 'type-versions-differ',
  severity: 'warning',
  acknowledgement: 'may',
  says: 'The type was changed between what production holds and what staging wrote.',
  find: ({ items }) =>
    items.filter(differs).map(({ asset, typeVersions: { staged, landed } }) => ({
      ...whole(asset),
      message: `Production holds what landed under version ${landed} of the type, staging wrote this under version ${staged}. Both are read by the newest version now; look at what it changed.`,
    })),
}
