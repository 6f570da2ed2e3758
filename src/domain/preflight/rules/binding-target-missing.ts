import { isReferenceBinding } from '../../plan/binding.ts'
import { inEachItem, type PreflightRule } from '../rule.ts'

export const bindingTargetMissing: PreflightRule = {
  id: 'binding-target-missing',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'The binding names no asset of the destination. Create it there first, or bind another one.',
  find: (preflight) =>
    inEachItem(({ used }) =>
      used.filter(
        ({ binding }) => binding !== null && isReferenceBinding(binding) && !preflight.bound.has(binding.to),
      ),
    )(preflight),
}
