import type { CommandId, Instant, OrganizationId, PersonId } from './identifiers.ts'
import type { JsonObject } from './json.ts'

/** What tells one numbered story: a promotion, its rollout, the review of an override, or one act in production. */
export type StreamKind = 'promotion' | 'rollout' | 'review' | 'production-command'

export interface StreamReference {
  readonly organization: OrganizationId
  readonly kind: StreamKind
  /** The promotion's id, also for its rollout; for a review its override's id; otherwise the production command's. */
  readonly id: string
}

/** Why a command was refused, as the public API names it. */
export type RefusalCode =
  | 'already-decided'
  | 'approval-no-longer-valid'
  | 'contributor-may-not-decide'
  | 'forbidden'
  | 'frozen'
  | 'illegal-state'
  | 'insufficient-authentication'
  | 'invalid-signature'
  | 'key-revoked'
  | 'not-eligible'
  | 'precondition-failed'
  | 'promotion-open'

/**
 * What a pure decision comes to. An accepted outcome may rest on instants, which the database compares with its own
 * clock when it records the events.
 */
export type Outcome<Event> =
  | {
      readonly kind: 'accepted'
      readonly events: readonly Event[]
      readonly notBefore?: Instant
      readonly notAfter?: Instant
    }
  | Refusal

export interface Refusal {
  readonly kind: 'refused'
  readonly code: RefusalCode
  /** For the person who asked: what was refused, which rule, what to do. */
  readonly detail: string
}

/** The one answer that a command ever gets. `code` is the first event's type, or the refusal's code. */
export interface Answer {
  readonly outcome: 'accepted' | 'refused'
  readonly code: string
  readonly detail: string
}

/** An event with its number in the stream, from 1. */
export interface Recorded<Event> {
  readonly seq: number
  readonly event: Event
}

/** A command as it travels to its workflow: claims, which the database compares with the stored row. */
export interface CommandClaim {
  readonly id: CommandId
  readonly person: PersonId
  readonly kind: string
  readonly arguments: JsonObject
}

/** What a workflow asks the database to record: what it decided, and what it knew when it did. */
export interface RecordRequest<Event> {
  readonly stream: StreamReference
  /** Number of the newest event that the decision rests on. */
  readonly expectedSeq: number
  /** The command's id, or `<revision>/<attempt>/<step>` for a step of the workflow's own. */
  readonly command: string
  /** Given when a person asked. */
  readonly claim: CommandClaim | null
  readonly outcome: Outcome<Event>
}

/** What the database holds after `expectedSeq`, and the command's answer once it has one. */
export interface Receipt<Event> {
  readonly events: readonly Recorded<Event>[]
  readonly answer: Answer | null
  /** How long until the outcome's `notBefore` by the database's clock; 0 when nothing is to be waited for. */
  readonly tooEarlyMilliseconds: number
}

/** A story as the database holds it: what never changes, and every event so far. */
export interface Story<Facts, Event> {
  readonly facts: Facts
  readonly events: readonly Recorded<Event>[]
}

/** The outcome of a command that may go on: its events, in order. */
export function accepted<Event>(
  events: readonly Event[],
  limits: { readonly notBefore?: Instant; readonly notAfter?: Instant } = {},
): Outcome<Event> {
  return Object.freeze({ kind: 'accepted', events: Object.freeze(events), ...limits })
}

/** The outcome of a command that a rule forbids. */
export function refused(code: RefusalCode, detail: string): Refusal {
  return Object.freeze({ kind: 'refused', code, detail })
}

/** Makes a missing case of a union a compile error. */
export function unreachable(value: never): never {
  throw new TypeError(`unexpected case: ${JSON.stringify(value)}`)
}
