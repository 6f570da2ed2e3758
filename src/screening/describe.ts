import type { ScreeningFinding } from './finding.ts'
import { screeningRules } from './rules.ts'

/** What a finding says to a person: what it looks like, by which rule, and what to do. Never the value. */
export function describeFinding({ rule, about, place }: ScreeningFinding): string {
  const finds = screeningRules.find(({ name }) => name === rule)?.finds ?? 'something that may not stand here'
  const where = place === 'name' ? 'holds, in the name of a member, ' : 'looks like '
  const advice =
    about === 'secret'
      ? 'Leave it out and refer to it, such as secret://…'
      : 'Leave it out, or use data of nobody.'
  return `${where}${finds} (rule ${rule}). ${advice}`
}
