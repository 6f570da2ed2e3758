import type { PersonId } from '../identifiers.ts'
import type { Policy, PolicyRule, PolicyStep } from './policy.ts'
import { type Candidate, canBeSigned, indispensable, type StepSigners } from './satisfiability.ts'
import { type PolicyWarning, warningsOfActivation, warningsOfRouting } from './warnings.ts'

/** The people of today that a policy is held against. */
export interface PolicyPeople {
  /** Active humans with any role in the destination. */
  readonly candidates: readonly Candidate[]
  /** Active humans who may write in some staging environment, and so may request a promotion. */
  readonly requesters: readonly Candidate[]
}

export type ReviewedStep = StepSigners & Pick<PolicyStep, 'name' | 'kind'>

/** A group that may act besides those who sign, and who in it could today. */
export interface ReviewedGroup {
  readonly group: string
  readonly able: readonly PersonId[]
}

export interface ReviewedRule {
  /** Of the rule, from 1. */
  readonly position: number
  readonly name: string
  /** Whether all its steps can be signed when somebody asks who signs nothing. */
  readonly satisfiable: boolean
  /** Requesters without whom there are not enough people: nobody can approve what one of them asks for. */
  readonly unsatisfiableWithout: readonly PersonId[]
  readonly steps: readonly ReviewedStep[]
  readonly breakGlass?: ReviewedGroup
  readonly escalation?: ReviewedGroup
}

export interface PolicyReview {
  /** Whether every rule can be signed when somebody asks who signs nothing. */
  readonly satisfiable: boolean
  readonly rules: readonly ReviewedRule[]
  readonly warnings: readonly PolicyWarning[]
}

function groupOf(group: string, candidates: readonly Candidate[]): ReviewedGroup {
  return {
    group,
    able: candidates.filter(({ groups }) => groups.includes(group)).map(({ person }) => person),
  }
}

function reviewRule(rule: PolicyRule, place: number, { candidates, requesters }: PolicyPeople): ReviewedRule {
  const { name, steps, severalSteps = false, when, breakGlass, escalation } = rule
  const { byStep, satisfiable } = canBeSigned(steps, candidates, new Set(), severalSteps)
  const groups = when?.requesterGroups
  const asking = requesters.filter(
    (requester) => groups === undefined || groups.some((group) => requester.groups.includes(group)),
  )
  const people = asking.map(({ person }) => person)
  return {
    position: place + 1,
    name,
    satisfiable,
    unsatisfiableWithout: indispensable(steps, candidates, people, severalSteps),
    steps: steps.flatMap(({ name, kind }, step) => {
      const signers = byStep[step]
      return signers === undefined ? [] : [{ name, kind, ...signers }]
    }),
    ...(breakGlass === undefined ? {} : { breakGlass: groupOf(breakGlass.group, candidates) }),
    ...(escalation === undefined ? {} : { escalation: groupOf(escalation.group, candidates) }),
  }
}

function warningsOfPeople(rule: ReviewedRule): readonly PolicyWarning[] {
  const pointer = `/rules/${rule.position - 1}`
  const found: PolicyWarning[] = rule.steps
    .filter(({ enough }) => !enough)
    .map(({ position, name, needed }) => ({
      code: 'too-few-people',
      pointer: `${pointer}/steps/${position - 1}`,
      message: `Too few people of today can sign the step “${name}” of the rule “${rule.name}”, which wants ${needed}.`,
    }))
  if (!rule.satisfiable && found.length === 0) {
    const message = `Each step of the rule “${rule.name}” has enough people, but together they have too few: one person serves one step.`
    found.push({ code: 'too-few-people', pointer: `${pointer}/steps`, message })
  }
  if (rule.unsatisfiableWithout.length > 0) {
    const message = `Nobody can approve by the rule “${rule.name}” what ${rule.unsatisfiableWithout.length === 1 ? 'one of the requesters asks' : `${rule.unsatisfiableWithout.length} of the requesters ask`} for: without them too few people are left.`
    found.push({ code: 'too-few-without-requester', pointer, message })
  }
  if (rule.breakGlass?.able.length === 0) {
    const message = `Nobody of today could stand in for the quorum by the rule “${rule.name}”.`
    found.push({ code: 'empty-break-glass', pointer: `${pointer}/breakGlass`, message })
  }
  if (rule.escalation?.able.length === 0) {
    const message = `Nobody of today would be asked when the rule “${rule.name}” escalates.`
    found.push({ code: 'empty-escalation', pointer: `${pointer}/escalation`, message })
  }
  return found
}

/** Holds a policy against the people of today: who could sign each step, and what its author should know. */
export function reviewPolicy(policy: Policy, people: PolicyPeople): PolicyReview {
  const rules = policy.rules.map((rule, place) => reviewRule(rule, place, people))
  return {
    satisfiable: rules.every(({ satisfiable }) => satisfiable),
    rules,
    warnings: [
      ...warningsOfRouting(policy),
      ...warningsOfActivation(policy),
      ...rules.flatMap(warningsOfPeople),
    ],
  }
}
