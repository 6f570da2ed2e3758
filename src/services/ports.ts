import type { Digest, Instant } from '../domain/identifiers.ts'
import type { ProviderAuthentication } from '../domain/sign-in/authentication.ts'
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
  /** Tells a waiting workflow that what it rests on may have changed. Never throws: it looks by itself, too. */
  lookAgain(stream: StreamReference): Promise<void>
  /** Whether the workflow service answers. */
  ready(): Promise<boolean>
}

/** The workflow service could not be reached in time. What was stored is delivered later. */
export class OrchestratorAway extends Error {
  override readonly name = 'OrchestratorAway'
}

/** Who signed in, as the identity provider knows them. */
export interface Identity {
  readonly issuer: string
  readonly subject: string
}

/** What an access token says, after everything about it was checked. */
export interface VerifiedToken {
  readonly identity: Identity
  /** Of what is signed, header and claims: a signature may be written in more than one way. */
  readonly digest: Digest
  /** As the identity provider's clock has it, mostly in whole seconds. */
  readonly issuedAt: Instant
  /** From when on it is refused. */
  readonly expiresAt: Instant
  /** How its person signed in, as far as it says so. */
  readonly authentication: ProviderAuthentication
}

/** Issues the access tokens that people sign in with. */
export interface IdentityProvider {
  /** By which its tokens name it, and links of people name it too. */
  readonly issuer: string
  /** Checks an access token; undefined for one that is not valid here. Throws `IdentityProviderAway`. */
  verify(token: string): Promise<VerifiedToken | undefined>
}

/** The identity provider's keys could not be had, so that a token can neither be believed nor refused. */
export class IdentityProviderAway extends Error {
  override readonly name = 'IdentityProviderAway'
}

/** What is sent to a host outside. */
export interface OutsideRequest {
  readonly url: string
  /** From now to the end of the answer. */
  readonly deadlineMilliseconds: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** What came back, or why nothing did; a detail is for people and repeats nothing of the address. */
export type OutsideAnswer =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly contentType: string | null
      readonly body: Uint8Array
    }
  | { readonly kind: 'blocked' | 'failed'; readonly detail: string }

/** Sends one request to a host outside, as far as it may be spoken to. Never rejects for what the other side does. */
export type Outside = (request: OutsideRequest) => Promise<OutsideAnswer>

/** Says why an address could never be spoken to, in words that repeat nothing of it; null where it could. */
export type RefusalOfAddress = (address: string) => string | null
