import { isJsonObject, type JsonValue } from '../../json.ts'
import { matchPointer } from '../json/pointer.ts'
import type { RuleProblem } from './rule-problem.ts'

/** Objects at `each` with several of `members`, or where one is `required` with none. */
export function notExclusive(
  content: JsonValue,
  rule: { readonly each: string; readonly members: readonly string[]; readonly required: boolean },
): readonly RuleProblem[] {
  const { each, members, required } = rule
  return matchPointer(content, each).flatMap(({ pointer, value }) => {
    if (!isJsonObject(value)) return []
    const present = members.filter((member) => Object.hasOwn(value, member)).length
    if (present === 1 || (present === 0 && !required)) return []
    const amount = required ? 'exactly one' : 'at most one'
    return [{ pointer, message: `must have ${amount} of ${members.join(', ')}` }]
  })
}
