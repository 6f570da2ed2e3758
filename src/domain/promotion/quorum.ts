import type { PersonId } from '../identifiers.ts'
import type { CountedDecision, PlannedStep, PromotionState } from './state.ts'

type Signing = Pick<PromotionState, 'steps' | 'decisions' | 'approvedSteps'>

/** The step at a position, where there is one. */
export function stepAt({ steps }: Pick<PromotionState, 'steps'>, position: number): PlannedStep | undefined {
  return steps.find((step) => step.position === position)
}

/** Approvals of a step that were not taken back. */
export function approvalsOf(
  { decisions }: Pick<PromotionState, 'decisions'>,
  position: number,
): readonly CountedDecision[] {
  return decisions.filter(({ step, verdict }) => step === position && verdict === 'approve')
}

/**
 * Whether enough people approved a step, and among them one of a group that has to be. An external step is complete by
 * the verdict of its system, whatever people decided, and by nothing else.
 */
export function isComplete(state: Signing, { position, kind, required, atLeastOneOf }: PlannedStep): boolean {
  if (kind === 'external') return state.approvedSteps.includes(position)
  const approvals = approvalsOf(state, position)
  return (
    approvals.length >= required &&
    (atLeastOneOf.length === 0 ||
      approvals.some(({ groups }) => groups.some((group) => atLeastOneOf.includes(group))))
  )
}

/** Position of the first step that is not complete; 0 when all are. */
export function lackingStep(state: Signing): number {
  return state.steps.find((step) => !isComplete(state, step))?.position ?? 0
}

/** Who may sign a step, as its policy names them. */
export interface NamedSigners {
  readonly groups: readonly string[]
  readonly people: readonly PersonId[]
}

/** Who may sign a step now: whom it names, and the stand-in group once that was asked too. Nobody named is everybody. */
export function namedSigners(
  { groups, people }: Pick<PlannedStep, 'groups' | 'people'>,
  escalatedTo: string | null,
): NamedSigners {
  const named = groups.length > 0 || people.length > 0
  return { groups: named && escalatedTo !== null ? [...groups, escalatedTo] : groups, people }
}

/** Whether somebody with these groups, who stands in for these people, is among them. */
export function isNamed(
  { groups, people }: NamedSigners,
  person: PersonId,
  held: readonly string[],
  standsInFor: readonly PersonId[] = [],
): boolean {
  if (groups.length === 0 && people.length === 0) return true
  return (
    [person, ...standsInFor].some((one) => people.includes(one)) ||
    groups.some((group) => held.includes(group))
  )
}

/** Of somebody's groups, those that count in a step. */
export function countingGroups(
  step: Pick<PlannedStep, 'groups' | 'people' | 'atLeastOneOf'>,
  escalatedTo: string | null,
  held: readonly string[],
): readonly string[] {
  const counting = new Set([...namedSigners(step, escalatedTo).groups, ...step.atLeastOneOf])
  return [...new Set(held.filter((group) => counting.has(group)))].sort()
}

/** Somebody with what they may sign by, and the groups for which their vote counts. */
export interface CountingSigner {
  readonly person: PersonId
  readonly groups: readonly string[]
  readonly standsInFor: readonly PersonId[]
  readonly counted: readonly string[]
}

/** Whether a vote that counts in a step for these groups could be given by what its signer may sign by. */
export function couldSign(
  step: Pick<PlannedStep, 'groups' | 'people'>,
  escalatedTo: string | null,
  { person, groups, standsInFor, counted }: CountingSigner,
): boolean {
  return (
    isNamed(namedSigners(step, escalatedTo), person, groups, standsInFor) &&
    counted.every((group) => groups.includes(group))
  )
}
