import type { JsonValue } from '../../json.ts'
import { tuplesAt } from './comparable.ts'
import type { RuleProblem } from './rule-problem.ts'

/** Places of `each` whose values at `members` differ from those of the first place. */
export function disagreeing(
  content: JsonValue,
  { each, members }: { readonly each: string; readonly members: readonly string[] },
): readonly RuleProblem[] {
  const [first, ...others] = tuplesAt(content, each, members)
  return others
    .filter(({ text }) => text !== first?.text)
    .map(({ pointer }) => ({
      pointer,
      message: `must agree with ${first?.pointer} in ${members.join(' and ')}`,
    }))
}
