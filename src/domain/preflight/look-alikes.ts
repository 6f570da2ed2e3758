import { formatPointer } from '../asset/json/pointer.ts'
import { membersOf } from '../asset/json/texts.ts'
import type { JsonValue } from '../json.ts'

// Letters that are drawn like those of ASCII (Unicode UTS #39, the part that names in configuration could hide behind),
// lower case after folding.
const drawnLike: Readonly<Record<string, string>> = Object.freeze({
  а: 'a',
  в: 'b',
  с: 'c',
  ԁ: 'd',
  е: 'e',
  һ: 'h',
  н: 'h',
  і: 'i',
  ј: 'j',
  к: 'k',
  ӏ: 'l',
  м: 'm',
  п: 'n',
  о: 'o',
  р: 'p',
  ԛ: 'q',
  г: 'r',
  ѕ: 's',
  т: 't',
  ц: 'u',
  ѵ: 'v',
  ԝ: 'w',
  х: 'x',
  у: 'y',
  α: 'a',
  β: 'b',
  ε: 'e',
  η: 'n',
  ι: 'i',
  κ: 'k',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  τ: 't',
  υ: 'u',
  χ: 'x',
  ς: 'c',
  ϳ: 'j',
  օ: 'o',
  ո: 'n',
  ս: 'u',
  հ: 'h',
  ց: 'g',
  զ: 'q',
  ı: 'i',
  ɑ: 'a',
  ɡ: 'g',
  '0': 'o',
  '1': 'l',
})

const latin = /\p{Script=Latin}/u
const greek = /\p{Script=Greek}/u
const otherScript = /\p{Script=Cyrillic}|\p{Script=Armenian}|\p{Script=Cherokee}/u
const word = /[\p{Letter}\p{Mark}]+/gu
// What shows nothing: the default ignorable code points that are no letters of a script.
const invisible = /\p{Default_Ignorable_Code_Point}/gu

function skeleton(name: string): string {
  const folded = name.normalize('NFKD').replaceAll(invisible, '').toLowerCase()
  return [...folded].map((character) => drawnLike[character] ?? character).join('')
}

// Alike up to case, and to digits that read like letters: everyday configuration, whatever the language.
function everyday(name: string): string {
  return name.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l')
}

// Greek letters stand in units and substances, as in μg; only those that are drawn like Latin ones hide among these.
function hidesAmongLatin(letter: string): boolean {
  return otherScript.test(letter) || (greek.test(letter) && Object.hasOwn(drawnLike, letter))
}

function mixesScripts(name: string): boolean {
  const words = name.match(word) ?? []
  return words.some((letters) => latin.test(letters) && [...letters.toLowerCase()].some(hidesAmongLatin))
}

/**
 * Pointers of members whose name could be taken for another one: it reads like that of a sibling but is spelt
 * differently in more than case and digits, or a word of it mixes scripts that are drawn alike. Names of plain ASCII are
 * what others are taken for.
 */
export function lookAlikes(content: JsonValue): readonly string[] {
  return membersOf(content, (here) => here.some(isUnusual)).flatMap(({ pointer, names }) => {
    const bySkeleton = Map.groupBy(names, skeleton)
    const twins = [...bySkeleton.values()].flatMap((alike) =>
      new Set(alike.map(everyday)).size > 1 ? alike.filter(isUnusual) : [],
    )
    return [...new Set([...twins, ...names.filter(mixesScripts)])].map(
      (name) => pointer + formatPointer([name]),
    )
  })
}

function isUnusual(name: string): boolean {
  return !/^[\u0020-\u007e]*$/.test(name)
}
