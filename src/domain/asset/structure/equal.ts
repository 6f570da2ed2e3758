import type { JsonValue } from '../../json.ts'
import { readPointer } from '../json/pointer.ts'
import { sameJson } from '../json/same-json.ts'
import type { RuleProblem } from './rule-problem.ts'

/** Places among `pointers` whose value differs from that of the first one that is there. */
export function unequal(
  content: JsonValue,
  { pointers }: { readonly pointers: readonly string[] },
): readonly RuleProblem[] {
  const [first, ...others] = pointers.filter((pointer) => readPointer(content, pointer) !== undefined)
  if (first === undefined) return []
  const expected = readPointer(content, first)
  return others
    .filter((pointer) => !sameJson(readPointer(content, pointer), expected))
    .map((pointer) => ({ pointer, message: `must be the same as ${first}` }))
}
