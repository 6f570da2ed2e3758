/** A kind of character. What lies beyond ASCII counts as a space, since some of it is one to a pattern. */
export type Sign = 'digit' | 'upper' | 'lower' | 'space' | (typeof marks)[number]

const marks = ['"', '*', '+', '-', '.', '/', ':', '<', '=', '@', '_', '|'] as const
const signs: readonly Sign[] = ['digit', 'upper', 'lower', 'space', ...marks]

/** Of several sets of signs, one of each stands in every text that a rule could find. */
export type Needs = readonly number[]

function bitsOf(wanted: readonly Sign[]): number {
  return wanted.reduce((bits, sign) => bits | (1 << signs.indexOf(sign)), 0)
}

/** What a text needs to hold: one sign of each set. */
export function needing(...sets: readonly (readonly Sign[])[]): Needs {
  return Object.freeze(sets.map(bitsOf))
}

function signOf(character: string): number {
  if (/[0-9]/.test(character)) return bitsOf(['digit'])
  if (/[A-Z]/.test(character)) return bitsOf(['upper'])
  if (/[a-z]/.test(character)) return bitsOf(['lower'])
  if (/\s/.test(character)) return bitsOf(['space'])
  return bitsOf(marks.filter((mark) => mark === character))
}

const ofAscii: readonly number[] = Object.freeze(
  Array.from({ length: 128 }, (_, code) => signOf(String.fromCharCode(code))),
)
const beyondAscii = bitsOf(['space'])
const base64 = bitsOf(['digit', 'upper', 'lower', '+', '-', '/', '_'])

/** Whether the character of this code is one of base64, of either alphabet. */
export function isBase64Code(code: number): boolean {
  return ((ofAscii[code] ?? 0) & base64) !== 0
}

/** The signs that stand in `text`, in one pass. */
export function signsOf(text: string): number {
  let found = 0
  for (let place = 0; place < text.length; place += 1) found |= ofAscii[text.charCodeAt(place)] ?? beyondAscii
  return found
}

/** Whether a text with these signs has what is needed. */
export function hasSigns(found: number, needs: Needs): boolean {
  for (const set of needs) if ((found & set) === 0) return false
  return true
}
