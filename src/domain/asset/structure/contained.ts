import type { JsonValue } from '../../json.ts'
import { matchPointer } from '../json/pointer.ts'
import { comparable } from './comparable.ts'
import type { RuleProblem } from './rule-problem.ts'

/** Places of `each` whose value stands at no place of `in`; none where `in` has no place at all. */
export function notContained(
  content: JsonValue,
  rule: { readonly each: string; readonly in: string },
): readonly RuleProblem[] {
  const known = new Set(matchPointer(content, rule.in).map(({ value }) => comparable(value)))
  if (known.size === 0) return []
  return matchPointer(content, rule.each)
    .filter(({ value }) => !known.has(comparable(value)))
    .map(({ pointer }) => ({ pointer, message: `must be one of those at ${rule.in}` }))
}
