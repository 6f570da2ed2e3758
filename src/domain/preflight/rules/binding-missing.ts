import type { PreflightRule } from '../rule.ts'
import { inEachItem } from '../rule.ts'

export const bindingMissing: PreflightRule = {
  id: 'binding-missing',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'The destination needs a value of its own here. Supply a binding for this place.',
  find: inEachItem(({ notes }) => notes.filter(({ rule }) => rule === 'binding-missing')),
}
