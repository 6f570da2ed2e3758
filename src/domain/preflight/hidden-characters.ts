import { formatPointer } from '../asset/json/pointer.ts'
import { membersOf, textsOf } from '../asset/json/texts.ts'
import type { JsonValue } from '../json.ts'

// Bidi controls (Unicode UAX #9), zero-width characters and other format controls that no configuration needs. The
// joiners U+200C and U+200D are left out, which some scripts are written with.
const hidden =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u{e0000}-\u{e007f}]/u

/** Pointers of texts that hold hidden characters, and of members whose name does. */
export function hiddenCharacters(content: JsonValue): readonly string[] {
  const names = membersOf(content).flatMap(({ pointer, names: here }) =>
    here.filter((name) => hidden.test(name)).map((name) => pointer + formatPointer([name])),
  )
  const texts = textsOf(content).flatMap(({ pointer, text }) => (hidden.test(text) ? [pointer] : []))
  return [...new Set([...names, ...texts])]
}
