import { type PreflightRule, whole } from '../rule.ts'

export const targetMissing: PreflightRule = {
  id: 'target-missing',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'The production asset that this one was promoted to is gone. Restore it there, then ask again.',
  find: ({ items }) =>
    items
      .filter(({ target }) => target.landed !== null && target.baseline === null)
      .map(({ asset }) => whole(asset)),
}
