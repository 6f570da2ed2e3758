import { lookAlikes } from '../look-alikes.ts'
import { inEachItem, type PreflightRule } from '../rule.ts'

export const lookAlike: PreflightRule = {
  id: 'look-alike',
  severity: 'warning',
  acknowledgement: 'may',
  says: 'A member’s name reads like another one but is spelt with other characters. Read it letter by letter.',
  // Names of plain ASCII are what others are taken for.
  find: inEachItem(({ rendered, glance }) =>
    glance.isBeyondAscii ? lookAlikes(rendered).map((pointer) => ({ pointer })) : [],
  ),
}
