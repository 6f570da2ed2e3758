import type { Matcher } from '../../domain/policy/matcher.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { SentAlong } from '../screening/refuse-confidential.ts'

function patternsIn(matcher: Matcher | undefined, pointer: string): readonly SentAlong[] {
  if (matcher === undefined) return []
  const [member, patterns] = 'any' in matcher ? ['any', matcher.any] : ['only', matcher.only]
  return patterns.map((value, place) => ({ pointer: `${pointer}/${member}/${place}`, value, name: 'name' }))
}

/** The free text of a policy. It reaches plans and the histories of workflows, which outlive what any policy says. */
export function namesIn({ rules }: Policy): readonly SentAlong[] {
  return rules.flatMap(({ name, when, steps, signIn, checks = [], validation }, rule) => [
    { pointer: `/rules/${rule}/name`, value: name },
    ...patternsIn(when?.types, `/rules/${rule}/when/types`),
    ...patternsIn(when?.names, `/rules/${rule}/when/names`),
    ...steps.map((step, place) => ({ pointer: `/rules/${rule}/steps/${place}/name`, value: step.name })),
    ...(signIn?.acr ?? []).map((value, place) => ({ pointer: `/rules/${rule}/signIn/acr/${place}`, value })),
    ...checks.map((check, place) => ({ pointer: `/rules/${rule}/checks/${place}/name`, value: check.name })),
    ...(validation?.checklist ?? []).map((value, line) => ({
      pointer: `/rules/${rule}/validation/checklist/${line}`,
      value,
      name: 'checklist',
    })),
  ])
}
