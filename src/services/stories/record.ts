import { and, eq, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { apiKey } from '../../db/control/api-key.ts'
import { command as commandTable } from '../../db/control/command.ts'
import { stream as streamTable } from '../../db/control/stream.ts'
import { streamEvent } from '../../db/control/stream-event.ts'
import { databaseClock } from '../../db/database-clock.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { StorePool } from '../../db/pool.ts'
import { heardLater, type Transaction, withOrganization, withSavepoint } from '../../db/transaction.ts'
import type { JsonObject } from '../../domain/json.ts'
import {
  type Answer,
  type CommandClaim,
  type Outcome,
  type Receipt,
  type RecordRequest,
  type Refusal,
  refused,
  type StreamReference,
} from '../../domain/stream.ts'
import { canonicalBytes, sameBytes } from '../../trust/canonical.ts'
import { appendEntries, appendLast, type LoggedEntry } from '../audit/append-entries.ts'
import { denialEntry } from '../audit/deny.ts'
import { storedAuthentication } from '../identity/stored-authentication.ts'
import { refusalOfConstraint } from './constraint-refusals.ts'
import { entryDetails } from './entry-details.ts'
import { NeverStored } from './never-stored.ts'
import { eventsAfter, lockStream, readAnswer, streamId } from './read-story.ts'
import type { RecordedEvent, StoredCommand, StoryRules } from './story-rules.ts'

type Stored = { readonly kind: 'same'; readonly command: StoredCommand } | { readonly kind: 'different' }

async function compareWithRow(
  transaction: Transaction,
  stream: StreamReference,
  claim: CommandClaim,
): Promise<Stored> {
  const [found] = await transaction
    .select({ row: commandTable, origin: apiKey.origin })
    .from(commandTable)
    .innerJoin(
      apiKey,
      and(eq(apiKey.organization, commandTable.organization), eq(apiKey.id, commandTable.apiKey)),
    )
    .where(and(eq(commandTable.organization, stream.organization), eq(commandTable.id, claim.id)))
  if (found === undefined) throw new NeverStored('no such command was stored')
  const { row, origin } = found
  const same =
    row.streamKind === stream.kind &&
    row.stream === stream.id &&
    row.person === claim.person &&
    row.kind === claim.kind &&
    sameBytes(row.arguments, canonicalBytes(claim.arguments))
  if (!same) return { kind: 'different' }
  const via = origin === 'made' ? 'key' : 'token'
  const authentication = storedAuthentication({ ...row, origin })
  return { kind: 'same', command: { claim, key: row.apiKey, via, authentication, actor: row.actor } }
}

const insertAnswer =
  'insert into answer (organization, stream_kind, stream, command, outcome, code, detail) values ($1, $2, $3, $4, $5, $6, $7)'

// Sent at once, before whatever comes behind it; where it fails, so does the transaction.
function saveAnswer(
  transaction: Transaction,
  stream: StreamReference,
  command: string,
  { outcome, code, detail }: Answer,
): void {
  const key = [stream.organization, stream.kind, streamId(stream), command]
  void transaction.sendAhead(insertAnswer, [...key, outcome, code, detail])
}

/** What the log tells of each event: of its texts, which were stored with the command, what commits to them. */
function detailsOf<Event>(transaction: Transaction, outcome: Outcome<Event>): Promise<readonly JsonObject[]> {
  const events = outcome.kind === 'refused' ? [] : outcome.events
  return Promise.all(events.map((event) => entryDetails(transaction, event as never)))
}

async function advance(transaction: Transaction, stream: StreamReference, seq: number): Promise<void> {
  await transaction
    .update(streamTable)
    .set({ seq })
    .where(
      and(
        eq(streamTable.organization, stream.organization),
        eq(streamTable.kind, stream.kind),
        eq(streamTable.id, streamId(stream)),
      ),
    )
}

/**
 * Records what a workflow decided, in one transaction: the events with their rows and entries, or the refusal. A command
 * that was answered keeps its answer; a decision that rests on an older state writes nothing. Either way the receipt
 * holds everything after `expectedSeq`, and no answer means: fold, and decide again.
 *
 * @throws NeverStored for a stream or command that does not exist.
 */
export async function record<
  Facts,
  Event extends { readonly type: string },
  State extends { readonly seq: number },
>(
  control: StorePool,
  rules: StoryRules<Facts, Event, State>,
  request: RecordRequest<Event>,
): Promise<Receipt<Event>> {
  const { stream, expectedSeq, outcome } = request
  return withOrganization(control, stream.organization, async (transaction) => {
    // All of it is sent at once and runs in this order, so that whatever is read is read under the lock.
    const locking = lockStream(transaction, stream)
    const reading = heardLater(eventsAfter<Event>(transaction, stream, expectedSeq))
    const answering = heardLater(readAnswer(transaction, stream, request.command))
    const loading = heardLater(rules.load(transaction, stream))
    const comparing = request.claim && heardLater(compareWithRow(transaction, stream, request.claim))
    const clock = heardLater(databaseClock(transaction))
    const detailing = heardLater(detailsOf(transaction, outcome))
    const seq = await locking
    if (seq === undefined) throw new NeverStored('no such stream was stored')
    const known = await reading
    const earlier = await answering
    if (earlier !== undefined) return { events: known, answer: earlier, tooEarlyMilliseconds: 0 }
    if (seq !== expectedSeq) return { events: known, answer: null, tooEarlyMilliseconds: 0 }

    const story = await loading
    const before = story.events.reduce(rules.evolve, rules.begin(story.facts))
    const stored = comparing && (await comparing)
    const command = stored?.kind === 'same' ? stored.command : null

    const refuse = async (refusal: Refusal, keep: boolean): Promise<Receipt<Event>> => {
      const answer: Answer = { outcome: 'refused', code: refusal.code, detail: refusal.detail }
      if (keep) saveAnswer(transaction, stream, request.command, answer)
      const about = rules.about(before, command)
      const entry = await denialEntry(transaction, { ...about, type: 'command.refused', code: refusal.code })
      if (entry !== undefined) await appendEntries(transaction, [entry])
      return { events: [], answer, tooEarlyMilliseconds: 0 }
    }

    // The genuine command is still to come, so a false claim to its id must not become its answer.
    if (stored?.kind === 'different') {
      return refuse(refused('forbidden', 'This is not the command that was stored.'), false)
    }
    if (outcome.kind === 'refused') return refuse(outcome, true)
    const now = await clock
    if (outcome.notAfter !== undefined && now > Date.parse(outcome.notAfter)) {
      return refuse(refused('illegal-state', 'The time to decide is over.'), true)
    }
    const early = outcome.notBefore === undefined ? 0 : Math.ceil(Date.parse(outcome.notBefore) - now)
    if (early > 0) return { events: [], answer: null, tooEarlyMilliseconds: early }
    // Whether the key still stands is asked by the events' own guard, which comes after its person: whoever deactivates
    // somebody locks them first, and their keys then.
    const forbidden = await rules.authorise(transaction, before, outcome.events, command)
    if (forbidden !== null) return refuse(forbidden, true)

    const events = outcome.events.map(
      (event, place): RecordedEvent<Event> => ({ seq: seq + place + 1, event, entry: uuidv7() }),
    )
    const after = events.reduce(rules.evolve, before)
    try {
      await withSavepoint(transaction, async () => {
        const rows = events.map(({ seq: number, event }) => ({
          organization: stream.organization,
          streamKind: stream.kind,
          stream: streamId(stream),
          seq: number,
          type: event.type,
          data: canonicalBytes(event as never),
          command: request.command,
        }))
        await Promise.all([
          insertRows(transaction, streamEvent, rows),
          advance(transaction, stream, after.seq),
          rules.project(transaction, after, events, command),
        ])
        await transaction.execute(sql`set constraints all immediate`)
      })
    } catch (error) {
      const refusal = refusalOfConstraint(error)
      if (refusal === undefined) throw error
      return refuse(refusal, true)
    }
    const first = events[0]?.event.type ?? 'nothing'
    const answer: Answer = { outcome: 'accepted', code: first, detail: '' }
    saveAnswer(transaction, stream, request.command, answer)
    const details = await detailing
    const about = rules.about(after, command)
    const entries = events.map(
      ({ event, entry, seq: number }, place): LoggedEntry => ({
        ...about,
        actor: rules.withoutPerson?.(event) ?? about.actor,
        id: entry,
        type: `${stream.kind}.${event.type}`,
        details: { ...details[place], ...rules.besides?.(event, command), seq: number },
      }),
    )
    appendLast(transaction, entries)
    return { events, answer, tooEarlyMilliseconds: 0 }
  })
}
