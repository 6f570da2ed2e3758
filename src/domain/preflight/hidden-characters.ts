import { formatPointer } from '../asset/json/pointer.ts'
import { membersOf, textsOf } from '../asset/json/texts.ts'
import type { JsonValue } from '../json.ts'

// Bidi controls (Unicode UAX #9), zero-width characters, fillers and whatever else shows nothing, but for what scripts and
// pictures are written with: variation selectors and the joiners U+200C and U+200D, which hide between Latin letters only.
const hidden =
  /[\p{Default_Ignorable_Code_Point}--[\u180b-\u180d\u180f\u200c\u200d\ufe00-\ufe0f]]|[\ufff9-\ufffb]/v
const joinerBesideLatin = /(?<=[\p{Script=Latin}\d])[\u200c\u200d]|[\u200c\u200d](?=[\p{Script=Latin}\d])/u

// Nearly all of content is ASCII, of which nothing hides.
const beyondAscii = /[\u{80}-\u{10ffff}]/u

/** A text without its hidden characters. */
export function withoutHiddenCharacters(text: string): string {
  return text.replaceAll(new RegExp(hidden, 'gv'), '').replaceAll(new RegExp(joinerBesideLatin, 'gu'), '')
}

function hides(text: string): boolean {
  return beyondAscii.test(text) && (hidden.test(text) || joinerBesideLatin.test(text))
}

/** Pointers of texts that hold hidden characters, and of members whose name does. */
export function hiddenCharacters(content: JsonValue): readonly string[] {
  const names = membersOf(content, (here) => here.some(hides)).flatMap(({ pointer, names: here }) =>
    here.filter(hides).map((name) => pointer + formatPointer([name])),
  )
  const texts = textsOf(content, hides).map(({ pointer }) => pointer)
  return [...new Set([...names, ...texts])]
}
