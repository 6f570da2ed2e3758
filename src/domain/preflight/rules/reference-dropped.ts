import type { PreflightRule } from '../rule.ts'
import { inEachItem } from '../rule.ts'

export const referenceDropped: PreflightRule = {
  id: 'reference-dropped',
  severity: 'warning',
  acknowledgement: 'may',
  says: 'Nothing in the destination stands for the asset that is referred to here. The reference is optional and is left out.',
  find: inEachItem(({ notes }) => notes.filter(({ rule }) => rule === 'reference-dropped')),
}
