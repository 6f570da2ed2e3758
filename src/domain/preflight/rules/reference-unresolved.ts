import type { PreflightRule } from '../rule.ts'
import { inEachItem } from '../rule.ts'

export const referenceUnresolved: PreflightRule = {
  id: 'reference-unresolved',
  severity: 'blocker',
  acknowledgement: 'never',
  says: 'Nothing in the destination stands for the asset that is referred to here. Bind it to an asset of the destination, or promote it in the same bundle.',
  find: inEachItem(({ notes }) => notes.filter(({ rule }) => rule === 'reference-unresolved')),
}
