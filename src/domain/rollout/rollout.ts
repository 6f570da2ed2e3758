import type { CommandId, OrganizationId, PersonId, PromotionId } from '../identifiers.ts'
import { accepted, type Outcome, type Recorded, refused, unreachable } from '../stream.ts'

export type RolloutPhase = 'pending_activation' | 'activating' | 'active' | 'failed'

export interface RolloutFacts {
  readonly organization: OrganizationId
  readonly promotion: PromotionId
  readonly revision: number
  /** Name of the destination's store, by which its worker's queue goes; the shared one when left out. */
  readonly destinationStore?: string
}

export interface RolloutState {
  readonly facts: RolloutFacts
  readonly phase: RolloutPhase
  readonly seq: number
  readonly failure: string | null
}

export type RolloutCommand =
  | { readonly kind: 'activate'; readonly id: CommandId; readonly person: PersonId }
  | { readonly kind: 'finish-activation'; readonly failure: string | null }

export type RolloutEvent =
  | { readonly type: 'activation-authorized'; readonly person: PersonId; readonly command: CommandId }
  | { readonly type: 'activated' }
  | { readonly type: 'activation-failed'; readonly failure: string }

/** A rollout before its first event: landed, and nothing uses it. */
export function pendingRollout(facts: RolloutFacts): RolloutState {
  return Object.freeze({ facts, phase: 'pending_activation', seq: 0, failure: null })
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

function change(event: RolloutEvent): Pick<RolloutState, 'phase' | 'failure'> {
  switch (event.type) {
    case 'activation-authorized':
      return { phase: 'activating', failure: null }
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
