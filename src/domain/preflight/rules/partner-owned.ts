import type { PreflightRule } from '../rule.ts'
import { inEachItem } from '../rule.ts'

export const partnerOwned: PreflightRule = {
  id: 'partner-owned',
  severity: 'info',
  acknowledgement: 'never',
  says: 'A partner owns this. It is left out: partners link to production themselves.',
  find: inEachItem(({ notes }) => notes.filter(({ rule }) => rule === 'partner-owned')),
}
