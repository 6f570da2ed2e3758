import type { PreflightRule } from '../rule.ts'
import { inEachItem } from '../rule.ts'

export const bindingRemembered: PreflightRule = {
  id: 'binding-remembered',
  severity: 'info',
  acknowledgement: 'never',
  says: 'The value is the one that the last promotion put here. Supply a binding to change it.',
  find: inEachItem(({ notes }) => notes.filter(({ rule }) => rule === 'binding-remembered')),
}
