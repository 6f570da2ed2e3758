import { formatPointer } from '../asset/json/pointer.ts'
import { membersOf } from '../asset/json/texts.ts'
import type { JsonValue } from '../json.ts'

// The letters of Greek and Cyrillic that are drawn like Latin ones (Unicode UTS #39, the part that names in
// configuration could hide behind), lower case after folding.
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
  ϲ: 'c',
  ϳ: 'j',
  ı: 'i',
  '0': 'o',
  '1': 'l',
})

const latin = /\p{Script=Latin}/u
const otherScript = /\p{Script=Cyrillic}|\p{Script=Greek}|\p{Script=Armenian}|\p{Script=Cherokee}/u
const invisible = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu

function skeleton(name: string): string {
  const folded = name
    .normalize('NFKD')
    .replaceAll(invisible, '')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()
  return [...folded].map((character) => drawnLike[character] ?? character).join('')
}

function mixesScripts(name: string): boolean {
  return latin.test(name) && otherScript.test(name)
}

/**
 * Pointers of members whose name could be taken for another one: it reads like that of a sibling but is spelt
 * differently in more than plain letters and digits, or it mixes scripts that look alike.
 */
export function lookAlikes(content: JsonValue): readonly string[] {
  return membersOf(content).flatMap(({ pointer, names }) => {
    const bySkeleton = Map.groupBy(names, skeleton)
    const twins = [...bySkeleton.values()].flatMap((alike) =>
      alike.length > 1 && alike.some(isUnusual) ? alike.filter(isUnusual) : [],
    )
    return [...new Set([...twins, ...names.filter(mixesScripts)])].map(
      (name) => pointer + formatPointer([name]),
    )
  })
}

// Names of plain ASCII that differ in case, or in a digit, are everyday configuration.
function isUnusual(name: string): boolean {
  return !/^[\u0020-\u007e]*$/.test(name)
}
