import { type PreflightRule, whole } from '../rule.ts'

export const nothingToPromote: PreflightRule = {
  id: 'nothing-to-promote',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'Production already holds all of this. There is nothing to promote.',
  find: ({ items }) =>
    // What went back to an older version holds this without using it.
    items.every(({ digest, target }) => target.baseline?.digest === digest && !target.restored)
      ? items.map(({ asset }) => whole(asset))
      : [],
}
