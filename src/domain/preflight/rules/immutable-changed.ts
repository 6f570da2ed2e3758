import { changedImmutables } from '../../asset/immutable.ts'
import { inEachItem, type PreflightRule } from '../rule.ts'

export const immutableChanged: PreflightRule = {
  id: 'immutable-changed',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'Production has another value here, and it never changes once it is there. Keep it, or promote a new asset.',
  find: inEachItem(({ type, rendered, target }) =>
    target.content === undefined
      ? []
      : changedImmutables(type, target.content, rendered).map((pointer) => ({ pointer })),
  ),
}
