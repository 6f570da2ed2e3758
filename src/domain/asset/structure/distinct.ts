import type { JsonValue } from '../../json.ts'
import { tuplesAt } from './comparable.ts'
import type { RuleProblem } from './rule-problem.ts'

/** Places of `each` whose values at `members` an earlier place has already. */
export function repeated(
  content: JsonValue,
  { each, members }: { readonly each: string; readonly members: readonly string[] },
): readonly RuleProblem[] {
  const earlier = new Map<string, string>()
  return tuplesAt(content, each, members).flatMap(({ pointer, text }) => {
    const other = earlier.get(text)
    if (other !== undefined) return [{ pointer, message: `repeats ${members.join(' and ')} of ${other}` }]
    earlier.set(text, pointer)
    return []
  })
}
