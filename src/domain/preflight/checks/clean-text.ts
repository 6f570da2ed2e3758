import { withoutHiddenCharacters } from '../hidden-characters.ts'

const visible = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\u2800]/u

/**
 * Another one's words as one line of what can be seen: white space and control characters become single spaces, hidden
 * characters and those that turn the reading direction are left out. Null where nothing is left to be read.
 */
export function cleanText(text: string): string | null {
  const shown = withoutHiddenCharacters(text)
    .replaceAll(/[\p{White_Space}\p{Cc}]+/gu, ' ')
    .trim()
  return visible.test(shown) ? shown : null
}
