import { type PreflightRule, whole } from '../rule.ts'

export const nothingToPromote: PreflightRule = {
  id: 'nothing-to-promote',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'Production already holds all of this. There is nothing to promote.',
  find: ({ items }) =>
    items.every(({ digest, target }) => target.baseline?.digest === digest)
      ? items.map(({ asset }) => whole(asset))
      : [],
}
