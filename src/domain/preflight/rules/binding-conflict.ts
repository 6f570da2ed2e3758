import type { PreflightRule } from '../rule.ts'
import { inEachItem } from '../rule.ts'

export const bindingConflict: PreflightRule = {
  id: 'binding-conflict',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'Several bindings give this place different values. Keep one of them.',
  find: inEachItem(({ notes }) => notes.filter(({ rule }) => rule === 'binding-conflict')),
}
