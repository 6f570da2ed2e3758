import type {
  AssetId,
  CommandId,
  Digest,
  Instant,
  OrganizationId,
  PersonId,
  PromotionId,
  TextId,
} from '../identifiers.ts'
import type { RollbackRule } from '../policy/policy.ts'
import { type Recorded, unreachable } from '../stream.ts'
import type { ActivationHindrance, SignedActivation } from './automatic.ts'
import type { SignedValidation } from './validation.ts'

export type RolloutPhase =
  | 'pending_activation'
  | 'activating'
  /** In use, and being validated. */
  | 'active'
  | 'live'
  | 'rolling_back'
  | 'rolled_back'
  | 'failed'

export interface RolloutFacts {
  readonly organization: OrganizationId
  readonly promotion: PromotionId
  readonly revision: number
  /** Name of the destination's store, by which its worker's queue goes; the shared one when left out. */
  readonly destinationStore?: string
  /** What the signed plan says of activation; a rollout that was begun without it takes a person. */
  readonly signed?: SignedActivation
  /** What the signed plan asks people to look at once it is in use; nothing where it is left out. */
  readonly validation?: SignedValidation
  /** As the rule says that routed the promotion; a rollout that was begun without it ends with its activation. */
  readonly rollback?: RollbackRule
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

/** A production asset that another version is in use of again; null where nothing was before. */
export interface RolledBackAsset {
  readonly asset: AssetId
  readonly version: number | null
}

/** What a person signed in a rollout: by which command, under which name. */
interface Signed {
  readonly person: PersonId
  readonly command: CommandId
  readonly printedNameText: TextId
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
  /** From when it soaks; null before, and where nobody noted it. */
  readonly activatedAt: Instant | null
  /** Lines of the checklist, from 1, in the order in which they were confirmed. */
  readonly confirmed: readonly number[]
  /** How often somebody asked to roll it back. */
  readonly rollbacks: number
}

export type RolloutEvent =
  | { readonly type: 'activation-authorized'; readonly person: PersonId; readonly command: CommandId }
  | {
      readonly type: 'activation-authorized-by-plan'
      readonly planDigest: Digest
      readonly policyVersion: number
      readonly rule: number
    }
  | { readonly type: 'activation-left-to-people'; readonly because: readonly ActivationHindrance[] }
  /** Without the time where it was the end of the story: nobody validated then. */
  | { readonly type: 'activated'; readonly at?: Instant }
  | { readonly type: 'activation-failed'; readonly failure: string }
  | ({ readonly type: 'confirmed'; readonly check: number } & Signed)
  | ({ readonly type: 'completed' } & Signed)
  | {
      readonly type: 'rollback-authorized'
      readonly person: PersonId
      readonly command: CommandId
      readonly reasonText: TextId
    }
  | { readonly type: 'rolled-back'; readonly items: readonly RolledBackAsset[] }
  | { readonly type: 'rollback-failed'; readonly failure: string }

/** A rollout before its first event: landed, and nothing uses it. */
export function pendingRollout(facts: RolloutFacts): RolloutState {
  return Object.freeze({
    facts,
    phase: 'pending_activation',
    seq: 0,
    failure: null,
    basis: null,
    leftToPeople: [],
    activatedAt: null,
    confirmed: [],
    rollbacks: 0,
  })
}

/** Whether the signed plan lets it be activated without a person, and nobody has looked yet whether it can be. */
export function isLeftToThePlan({ phase, facts, leftToPeople }: RolloutState): boolean {
  return phase === 'pending_activation' && facts.signed?.mode === 'automatic' && leftToPeople.length === 0
}

/** Whether it is in use and people look at it. One that was active before there was validation is not. */
export function isUnderValidation({ phase, activatedAt }: RolloutState): boolean {
  return phase === 'active' && activatedAt !== null
}

/** Whether nothing can come after it. One that was active before there was validation stays as it is. */
export function hasEnded(state: RolloutState): boolean {
  const { phase } = state
  if (phase === 'active') return !isUnderValidation(state)
  return phase === 'live' || phase === 'rolled_back' || phase === 'failed'
}

function change(state: RolloutState, event: RolloutEvent): Partial<RolloutState> {
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
      return { phase: 'active', failure: null, activatedAt: event.at ?? null }
    case 'activation-failed':
      return { phase: 'failed', failure: event.failure }
    case 'confirmed':
      return { confirmed: [...state.confirmed, event.check] }
    case 'completed':
      return { phase: 'live', failure: null }
    case 'rollback-authorized':
      return { phase: 'rolling_back', failure: null, rollbacks: state.rollbacks + 1 }
    case 'rolled-back':
      return { phase: 'rolled_back', failure: null }
    case 'rollback-failed':
      return { phase: 'active', failure: event.failure }
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
  return Object.freeze({ ...state, ...change(state, event), seq })
}
