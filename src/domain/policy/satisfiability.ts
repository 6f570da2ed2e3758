import type { PersonId } from '../identifiers.ts'
import { assign, canDoWithout, type Demand } from './assignment.ts'
import type { ExternalStep, SignedStep } from './policy.ts'

/** Somebody with a role in the destination, and the approver groups they are in. */
export interface Candidate {
  readonly person: PersonId
  readonly groups: readonly string[]
}

/** What a step says about who signs it. */
export type Signing = Pick<SignedStep, 'approvals' | 'groups' | 'people' | 'atLeastOneOf'>

/** What a step waits for: people, or the verdict of another system, which is nobody's to sign. */
export type Awaited = Signing | ExternalStep

function isSigned(step: Awaited): step is Signing {
  return !('publicKey' in step)
}

export interface StepSigners {
  /** Of the step, from 1. */
  readonly position: number
  /** Who of the candidates may sign it, in their order. */
  readonly able: readonly PersonId[]
  readonly needed: number
  /** Whether these are enough for the step by itself. */
  readonly enough: boolean
}

export interface Signers {
  readonly byStep: readonly StepSigners[]
  /** Whether all steps can be signed, by as many people as the rule wants. */
  readonly satisfiable: boolean
}

function inOneOf(groups: readonly string[], { groups: own }: Candidate): boolean {
  return groups.some((group) => own.includes(group))
}

/** Whether a step names somebody with a role in the destination; one that names nobody means whoever has a role. */
export function maySign({ groups, people = [] }: Signing, candidate: Candidate): boolean {
  if (groups.length === 0 && people.length === 0) return true
  return people.includes(candidate.person) || inOneOf(groups, candidate)
}

/** What a step takes: where one has to be of certain groups, that one by itself, and the others. */
function demandsOf(step: Awaited, candidates: readonly Candidate[]): readonly Demand[] {
  if (!isSigned(step)) return []
  const able = candidates.flatMap((candidate, place) => (maySign(step, candidate) ? [place] : []))
  const { approvals, atLeastOneOf } = step
  if (atLeastOneOf === undefined) return [{ needed: approvals, able }]
  const certain = candidates.map((candidate) => inOneOf(atLeastOneOf, candidate))
  return [
    { needed: 1, able: able.filter((place) => certain[place]) },
    { needed: approvals - 1, able },
  ]
}

/**
 * Who could sign the steps of a rule, by step and all together. With `severalSteps` one person may serve several steps;
 * otherwise each serves at most one, and whether there are enough is decided exactly. The excluded sign nothing, and nobody
 * signs an external step, which needs nobody.
 */
export function canBeSigned(
  steps: readonly Awaited[],
  candidates: readonly Candidate[],
  excluded: ReadonlySet<PersonId>,
  severalSteps: boolean,
): Signers {
  const left = candidates.filter(({ person }) => !excluded.has(person))
  const demands = steps.map((step) => demandsOf(step, left))
  const byStep = steps.map((step, place) => ({
    position: place + 1,
    able: isSigned(step)
      ? left.filter((candidate) => maySign(step, candidate)).map(({ person }) => person)
      : [],
    needed: isSigned(step) ? step.approvals : 0,
    enough: assign(demands[place] ?? []) !== null,
  }))
  const allEnough = byStep.every(({ enough }) => enough)
  return { byStep, satisfiable: allEnough && (severalSteps || assign(demands.flat()) !== null) }
}

/**
 * Those of some people without whom the steps could not be signed: nobody can approve what one of them asks for. Empty
 * where they cannot be signed with everybody either.
 */
export function indispensable(
  steps: readonly Awaited[],
  candidates: readonly Candidate[],
  people: readonly PersonId[],
  severalSteps: boolean,
): readonly PersonId[] {
  const byStep = steps.map((step) => demandsOf(step, candidates))
  const parts = (severalSteps ? byStep : [byStep.flat()]).map((demands) => ({
    demands,
    assignment: assign(demands),
  }))
  const places = new Map(candidates.map(({ person }, place) => [person, place]))
  if (parts.some(({ assignment }) => assignment === null)) return []
  return people.filter((person) => {
    const place = places.get(person)
    return parts.some(
      ({ demands, assignment }) =>
        place !== undefined && assignment !== null && !canDoWithout(demands, assignment, place),
    )
  })
}
