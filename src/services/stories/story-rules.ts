import type { Transaction } from '../../db/transaction.ts'
import type { ActorId, ApiKeyId } from '../../domain/identifiers.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { Authentication } from '../../domain/sign-in/authentication.ts'
import type { CommandClaim, Recorded, Refusal, Story, StreamReference } from '../../domain/stream.ts'
import type { EntryDraft, NoPerson } from '../audit/append-entries.ts'

/** A person's command as it was stored, which the claims have been found equal to. */
export interface StoredCommand {
  readonly claim: CommandClaim
  readonly key: ApiKeyId
  /** Whether it came by the key itself or by a token that the key stands for. */
  readonly via: 'key' | 'token'
  /** How its person proved who they are. */
  readonly authentication: Authentication
  /** Who gave it: the person, or a service account that acts for them. Its rights are the ones that count. */
  readonly actor: ActorId
}

/** One event on its way into the database: its number, and the id its log entry will have. */
export interface RecordedEvent<Event> extends Recorded<Event> {
  readonly entry: string
}

/** What differs between the kinds of stories: how they fold, who may act, and which rows follow from an event. */
export interface StoryRules<
  Facts,
  Event extends { readonly type: string },
  State extends { readonly seq: number },
> {
  load(transaction: Transaction, stream: StreamReference): Promise<Story<Facts, Event>>
  begin(facts: Facts): State
  evolve(state: State, recorded: Recorded<Event>): State
  /** Looks at rights as they are now. Null when nothing speaks against recording. */
  authorise(
    transaction: Transaction,
    state: State,
    events: readonly Event[],
    command: StoredCommand | null,
  ): Promise<Refusal | null>
  /** Writes the rows that follow from the events; `state` is the one after them. */
  project(
    transaction: Transaction,
    state: State,
    events: readonly RecordedEvent<Event>[],
    command: StoredCommand | null,
  ): Promise<void>
  /** What an event's entry tells besides the event itself, where there is anything. */
  besides?(event: Event, command: StoredCommand | null): JsonObject
  /** Who and what the log's entries are about. */
  about(
    state: State,
    command: StoredCommand | null,
  ): Pick<EntryDraft, 'subject' | 'actor' | 'environment' | 'promotion' | 'asset'>
  /** Who stands behind an event's entry instead, where no person does; the others are as `about` says. */
  withoutPerson?(event: Event): NoPerson | undefined
}
