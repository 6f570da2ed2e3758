import { hiddenCharacters } from '../hidden-characters.ts'
import { inEachItem, type PreflightRule } from '../rule.ts'

export const hiddenCharactersHere: PreflightRule = {
  id: 'hidden-characters',
  severity: 'warning',
  acknowledgement: 'may',
  says: 'The text holds characters that show nothing or turn the reading direction, so it may read differently from what it is.',
  find: inEachItem(({ rendered, glance }) =>
    glance.isBeyondAscii ? hiddenCharacters(rendered).map((pointer) => ({ pointer })) : [],
  ),
}
