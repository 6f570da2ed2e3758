import type { CommandId, Instant, PersonId, TextId } from '../identifiers.ts'
import { accepted, type Outcome, type Refusal, refused, unreachable } from '../stream.ts'
import type { ActivationHindrance } from './automatic.ts'
import {
  isLeftToThePlan,
  isUnderValidation,
  type RolledBackAsset,
  type RolloutEvent,
  type RolloutState,
} from './rollout.ts'
import { describeMissing, missingToComplete, soakUntil } from './validation.ts'

interface Personal<Kind extends string> {
  readonly kind: Kind
  readonly id: CommandId
  readonly person: PersonId
}

export interface ConfirmCommand extends Personal<'confirm'> {
  /** The line of the signed checklist, from 1. */
  readonly check: number
  readonly printedNameText: TextId
}

export interface CompleteCommand extends Personal<'complete'> {
  readonly printedNameText: TextId
  /** The clock of whoever decides; the database compares with its own. */
  readonly now: Instant
}

export interface RollbackCommand extends Personal<'rollback'> {
  readonly reasonText: TextId
}

/** Asked by a person. */
export type PersonalRolloutCommand = Personal<'activate'> | ConfirmCommand | CompleteCommand | RollbackCommand

/** What production answered to being asked to roll a bundle back. */
export type RollbackResult =
  | { readonly kind: 'performed'; readonly items: readonly RolledBackAsset[] }
  | { readonly kind: 'refused'; readonly code: string }

/** The workflow's own next steps, with what it learned before taking them. */
export type OwnRolloutCommand =
  | { readonly kind: 'activate-by-plan'; readonly hindrances: readonly ActivationHindrance[] }
  | { readonly kind: 'finish-activation'; readonly failure: string | null; readonly at: Instant }
  | { readonly kind: 'finish-rollback'; readonly result: RollbackResult }

export type RolloutCommand = PersonalRolloutCommand | OwnRolloutCommand

type RolloutOutcome = Outcome<RolloutEvent>

function notNow(state: RolloutState, rule: string): Refusal {
  const { phase } = state
  const unvalidated = phase === 'active' && !isUnderValidation(state)
  const told = unvalidated ? 'active since before rollouts were validated' : phase.replaceAll('_', ' ')
  return refused('illegal-state', `The rollout is ${told}: ${rule}.`)
}

function activateByPlan(state: RolloutState, because: readonly ActivationHindrance[]): RolloutOutcome {
  const { signed } = state.facts
  if (signed === undefined || !isLeftToThePlan(state)) {
    return refused('illegal-state', 'This rollout is not activated automatically: it takes a person.')
  }
  if (because.length > 0) return accepted([{ type: 'activation-left-to-people', because }])
  const { planDigest, policyVersion, rule } = signed
  return accepted([{ type: 'activation-authorized-by-plan', planDigest, policyVersion, rule }])
}

function confirm(state: RolloutState, command: ConfirmCommand): RolloutOutcome {
  if (!isUnderValidation(state)) return notNow(state, 'its checklist is confirmed while it is active')
  const { check, person, id, printedNameText } = command
  const lines = state.facts.validation?.lines ?? 0
  if (!Number.isInteger(check) || check < 1 || check > lines) {
    return refused('illegal-state', 'The signed checklist has no such line.')
  }
  if (state.confirmed.includes(check)) {
    return refused('illegal-state', `Line ${check} of the checklist is confirmed already.`)
  }
  return accepted([{ type: 'confirmed', check, person, command: id, printedNameText }])
}

function complete(state: RolloutState, command: CompleteCommand): RolloutOutcome {
  if (!isUnderValidation(state)) return notNow(state, 'it goes live while it is active')
  const { now, person, id, printedNameText } = command
  const missing = missingToComplete(state, now)
  if (missing !== null) {
    return refused('illegal-state', `It does not go live yet. ${describeMissing(missing).join(' ')}`)
  }
  const until = soakUntil(state)
  return accepted(
    [{ type: 'completed', person, command: id, printedNameText }],
    until === null ? {} : { notBefore: until },
  )
}

function rollBack(state: RolloutState, { person, id, reasonText }: RollbackCommand): RolloutOutcome {
  if (!isUnderValidation(state)) return notNow(state, 'it is rolled back while it is active')
  if (state.facts.rollback !== 'fast') {
    return refused(
      'forbidden',
      'The policy that this was promoted by lets nothing back without approval. Promote the earlier content instead.',
    )
  }
  return accepted([{ type: 'rollback-authorized', person, command: id, reasonText }])
}

function finishActivation(
  { phase, facts }: RolloutState,
  { failure, at }: Extract<OwnRolloutCommand, { kind: 'finish-activation' }>,
): RolloutOutcome {
  if (phase !== 'activating') return refused('illegal-state', 'No activation is under way.')
  if (failure !== null) return accepted([{ type: 'activation-failed', failure }])
  // What was begun before rollouts were validated was not told what to validate.
  return accepted([facts.rollback === undefined ? { type: 'activated' } : { type: 'activated', at }])
}

function finishRollback(state: RolloutState, result: RollbackResult): RolloutOutcome {
  if (state.phase !== 'rolling_back') return refused('illegal-state', 'Nothing is being rolled back.')
  return accepted([
    result.kind === 'performed'
      ? { type: 'rolled-back', items: result.items }
      : { type: 'rollback-failed', failure: result.code },
  ])
}

/** What a command comes to in this state. Pure. */
export function decideRollout(state: RolloutState, command: RolloutCommand): RolloutOutcome {
  switch (command.kind) {
    case 'activate':
      return state.phase === 'pending_activation'
        ? accepted([{ type: 'activation-authorized', person: command.person, command: command.id }])
        : notNow(state, 'it is activated once')
    case 'confirm':
      return confirm(state, command)
    case 'complete':
      return complete(state, command)
    case 'rollback':
      return rollBack(state, command)
    case 'activate-by-plan':
      return activateByPlan(state, command.hindrances)
    case 'finish-activation':
      return finishActivation(state, command)
    case 'finish-rollback':
      return finishRollback(state, command.result)
    default:
      return unreachable(command)
  }
}
