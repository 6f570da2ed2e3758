import { unusedBindings } from '../../plan/unused-bindings.ts'
import type { PreflightRule } from '../rule.ts'

// A misspelt place or id would otherwise pass for a binding that took effect.
export const bindingUnused: PreflightRule = {
  id: 'binding-unused',
  severity: 'warning',
  acknowledgement: 'may',
  says: 'No item of this promotion uses this binding. Correct its id or its place, or leave it out.',
  find: ({ bindings, items }) =>
    unusedBindings(
      bindings,
      items.flatMap(({ used }) => used),
    ),
}
