import type { Instant } from '../domain/identifiers.ts'
import type { Answer, CommandClaim, StreamReference } from '../domain/stream.ts'

export interface Clock {
  now(): Instant
}

/** What became of a delivery within the time given. `pending`: stored, and delivered later. */
export type Delivery = { readonly kind: 'answered'; readonly answer: Answer } | { readonly kind: 'pending' }

/** Starts workflows and brings commands to them. Every call may be repeated: a second one changes nothing. */
export interface Orchestrator {
  /** Starts the workflow of a stream unless it has been started. Throws `OrchestratorAway` when that cannot be told. */
  start(stream: StreamReference): Promise<void>
  /** Delivers a command and waits for its answer, at most `withinMilliseconds`. */
  deliver(stream: StreamReference, claim: CommandClaim, withinMilliseconds: number): Promise<Delivery>
  /** Waits until the workflow has ended, at most `withinMilliseconds`; tells whether it has. */
  finished(stream: StreamReference, withinMilliseconds: number): Promise<boolean>
  /** Whether the workflow service answers. */
  ready(): Promise<boolean>
}

/** The workflow service could not be reached in time. What was stored is delivered later. */
export class OrchestratorAway extends Error {
  override readonly name = 'OrchestratorAway'
}
