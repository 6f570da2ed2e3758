import { type PreflightRule, whole } from '../rule.ts'

export const targetRestored: PreflightRule = {
  id: 'target-restored',
  severity: 'warning',
  acknowledgement: 'must',
  says: 'Production went back to an older version, or to none, after the last promotion. Activating this replaces it.',
  find: ({ items }) => items.filter(({ target }) => target.restored).map(({ asset }) => whole(asset)),
}
