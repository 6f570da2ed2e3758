import type { PersonId } from '../identifiers.ts'
import type { PolicyStep } from './policy.ts'

/** Somebody with a role in the destination. */
export interface Candidate {
  readonly person: PersonId
  readonly groups: readonly string[]
}

export interface StepSignability {
  readonly position: number
  readonly able: readonly PersonId[]
  readonly needed: number
  readonly enough: boolean
}

export interface Signability {
  readonly byStep: readonly StepSignability[]
  readonly satisfiable: boolean
}

export function canBeSigned(
  steps: readonly PolicyStep[],
  candidates: readonly Candidate[],
  excluded: ReadonlySet<PersonId>,
  _severalSteps: boolean,
): Signability {
  const byStep = steps.map((step, index) => {
    const able = candidates
      .filter(({ person }) => !excluded.has(person))
      .filter(
        ({ person, groups }) =>
          (step.groups.length === 0 && (step.people ?? []).length === 0) ||
          step.groups.some((group) => groups.includes(group)) ||
          step.people?.includes(person) === true,
      )
      .map(({ person }) => person)
    return { position: index + 1, able, needed: step.approvals, enough: able.length >= step.approvals }
  })
  return { byStep, satisfiable: byStep.every(({ enough }) => enough) }
}
