import { landsOff } from '../asset/landing.ts'
import { builtInAssetTypes } from '../asset/registry.ts'
import type { Matcher } from './matcher.ts'
import type { Policy, PolicyCondition, PolicyRule } from './policy.ts'

/** What somebody who sets a policy should know of it; it does not keep them from setting it. */
export interface PolicyWarning {
  readonly code:
    | 'too-few-people'
    | 'too-few-without-requester'
    | 'never-reached'
    | 'fewer-people-by-adding'
    | 'empty-break-glass'
    | 'empty-escalation'
    | 'no-identity-provider'
    | 'too-few-linked'
    | 'automatic-may-wait'
  /** A JSON Pointer into the policy. */
  readonly pointer: string
  readonly message: string
}

function includesAll(all: readonly string[] | undefined, some: readonly string[] | undefined): boolean {
  if (all === undefined) return true
  return some?.every((one) => all.includes(one)) === true
}

function matchesAll(all: Matcher | undefined, some: Matcher | undefined): boolean {
  if (all === undefined || some === undefined) return all === undefined
  if ('any' in all) return 'any' in some && includesAll(all.any, some.any)
  return 'only' in some && includesAll(all.only, some.only)
}

/** Whether what meets the second condition certainly meets the first; false where it is not certain. */
function covers(first: PolicyCondition, second: PolicyCondition): boolean {
  return (
    matchesAll(first.types, second.types) &&
    matchesAll(first.names, second.names) &&
    includesAll(first.risk, second.risk) &&
    includesAll(first.requesterGroups, second.requesterGroups)
  )
}

/** How many people it takes at least to sign all steps of a rule. */
function fewestPeople({ steps, severalSteps = false }: PolicyRule): number {
  const each = steps.flatMap((step) => (step.kind === 'external' ? [] : [step.approvals]))
  return severalSteps ? Math.max(...each) : each.reduce((total, one) => total + one, 0)
}

function isChosenByAdding({ types, names }: PolicyCondition): boolean {
  return [types, names].some((matcher) => matcher !== undefined && 'any' in matcher)
}

/** What speaks against the conditions of a policy's rules, whoever its people are. */
export function warningsOfRouting({ rules }: Policy): readonly PolicyWarning[] {
  const last = rules.at(-1)
  return rules.flatMap((rule, place): readonly PolicyWarning[] => {
    const { when, name } = rule
    if (when === undefined || last === undefined) return []
    const pointer = `/rules/${place}/when`
    const earlier = rules
      .slice(0, place)
      .find((other) => other.when !== undefined && covers(other.when, when))
    const found: PolicyWarning[] = []
    if (earlier !== undefined) {
      const message = `The rule “${name}” is never reached: “${earlier.name}”, which stands before it, takes all that meets its condition.`
      found.push({ code: 'never-reached', pointer, message })
    }
    if (isChosenByAdding(when) && fewestPeople(rule) < fewestPeople(last)) {
      const message = `The rule “${name}” wants fewer people than the last one, and a bundle comes to it by holding one asset more. With \`only\` it takes bundles of nothing else.`
      found.push({ code: 'fewer-people-by-adding', pointer, message })
    }
    return found
  })
}

const landingOff = builtInAssetTypes.filter(landsOff).map(({ name }) => name)

function mayTakeWhatLandsOff(when: PolicyCondition | undefined): boolean {
  const types = when?.types
  return types === undefined || 'any' in types || types.only.some((name) => landingOff.includes(name))
}

/** What its author should know of automatic activation: bundles that a rule may take and that wait for a person all the same. */
export function warningsOfActivation({ rules }: Policy): readonly PolicyWarning[] {
  return rules.flatMap(({ name, when, activation }, place): readonly PolicyWarning[] => {
    if (activation !== 'automatic' || !mayTakeWhatLandsOff(when)) return []
    const message = `The rule “${name}” activates automatically, and may take a bundle with one of ${landingOff.join(', ')}. Such a bundle waits for a person as a whole. With \`only\` the rule takes none.`
    return [{ code: 'automatic-may-wait', pointer: `/rules/${place}/activation`, message }]
  })
}
