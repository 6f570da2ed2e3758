import type { AssetId, CommandId, Digest, OrganizationId, PersonId, PromotionId } from '../identifiers.ts'
import { accepted, type Outcome, type Recorded, refused, unreachable } from '../stream.ts'
import type { ActivationHindrance, SignedActivation } from './automatic.ts'

export type RolloutPhase = 'pending_activation' | 'activating' | 'active' | 'failed'

export interface RolloutFacts {
  readonly organization: OrganizationId
  readonly promotion: PromotionId
  readonly revision: number
  /** Name of the destination's store, by which its worker's queue goes; the shared one when left out. */
  readonly destinationStore?: string
  /** What the signed plan says of activation; a rollout that was begun without it takes a person. */
  readonly signed?: SignedActivation
  /** The production assets of the bundle, in its order. */
  readonly targets?: readonly AssetId[]
}

/** What an activation rests on: a person, or the plan that people signed. */
export type ActivationBasis =
  | { readonly by: 'person'; readonly person: PersonId }
  | {
      readonly by: 'plan'
      readonly planDigest: Digest
      readonly policyVersion: number
      readonly rule: number
    }

export interface RolloutState {
  readonly facts: RolloutFacts
  readonly phase: RolloutPhase
  readonly seq: number
  readonly failure: string | null
  /** Null before it is activated. */
  readonly basis: ActivationBasis | null
  /** Why it was not activated automatically; empty before that was looked at, and where the plan leaves it to people. */
  readonly leftToPeople: readonly ActivationHindrance[]
}

export type RolloutCommand =
  | { readonly kind: 'activate'; readonly id: CommandId; readonly person: PersonId }
  | { readonly kind: 'activate-by-plan'; readonly hindrances: readonly ActivationHindrance[] }
  | { readonly kind: 'finish-activation'; readonly failure: string | null }

export type RolloutEvent =
  | { readonly type: 'activation-authorized'; readonly person: PersonId; readonly command: CommandId }
  | {
      readonly type: 'activation-authorized-by-plan'
      readonly planDigest: Digest
      readonly policyVersion: number
      readonly rule: number
    }
  | { readonly type: 'activation-left-to-people'; readonly because: readonly ActivationHindrance[] }
  | { readonly type: 'activated' }
  | { readonly type: 'activation-failed'; readonly failure: string }

/** A rollout before its first event: landed, and nothing uses it. */
export function pendingRollout(facts: RolloutFacts): RolloutState {
  return Object.freeze({
    facts,
    phase: 'pending_activation',
    seq: 0,
    failure: null,
    basis: null,
    leftToPeople: [],
  })
}

/** Whether the signed plan lets it be activated without a person, and nobody has looked yet whether it can be. */
export function isLeftToThePlan({ phase, facts, leftToPeople }: RolloutState): boolean {
  return phase === 'pending_activation' && facts.signed?.mode === 'automatic' && leftToPeople.length === 0
}

function activateByPlan(state: RolloutState, because: readonly ActivationHindrance[]): Outcome<RolloutEvent> {
  const { signed } = state.facts
  if (signed === undefined || !isLeftToThePlan(state)) {
    return refused('illegal-state', 'This rollout is not activated automatically: it takes a person.')
  }
  if (because.length > 0) return accepted([{ type: 'activation-left-to-people', because }])
  const { planDigest, policyVersion, rule } = signed
  return accepted([{ type: 'activation-authorized-by-plan', planDigest, policyVersion, rule }])
}

/** What a command comes to in this state. Pure. */
export function decideRollout(state: RolloutState, command: RolloutCommand): Outcome<RolloutEvent> {
  switch (command.kind) {
    case 'activate':
      return state.phase === 'pending_activation'
        ? accepted([{ type: 'activation-authorized', person: command.person, command: command.id }])
        : refused(
            'illegal-state',
            `The rollout is ${state.phase.replaceAll('_', ' ')}: it is activated once.`,
          )
    case 'activate-by-plan':
      return activateByPlan(state, command.hindrances)
    case 'finish-activation':
      if (state.phase !== 'activating') return refused('illegal-state', 'No activation is under way.')
      return accepted([
        command.failure === null
          ? { type: 'activated' }
          : { type: 'activation-failed', failure: command.failure },
      ])
    default:
      return unreachable(command)
  }
}

function change(event: RolloutEvent): Partial<RolloutState> {
  switch (event.type) {
    case 'activation-authorized':
      return { phase: 'activating', failure: null, basis: { by: 'person', person: event.person } }
    case 'activation-authorized-by-plan': {
      const { planDigest, policyVersion, rule } = event
      return { phase: 'activating', failure: null, basis: { by: 'plan', planDigest, policyVersion, rule } }
    }
    case 'activation-left-to-people':
      return { leftToPeople: event.because }
    case 'activated':
      return { phase: 'active', failure: null }
    case 'activation-failed':
      return { phase: 'failed', failure: event.failure }
    default:
      return unreachable(event)
  }
}

/**
 * The state after one more event.
 *
 * @throws RangeError when the event's number is not the next one.
 */
export function evolveRollout(state: RolloutState, { seq, event }: Recorded<RolloutEvent>): RolloutState {
  if (seq !== state.seq + 1) throw new RangeError(`event ${seq} does not follow event ${state.seq}`)
  return Object.freeze({ ...state, ...change(event), seq })
}
