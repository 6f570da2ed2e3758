import { and, asc, eq, gt } from 'drizzle-orm'
import { answer } from '../../db/control/answer.ts'
import type { StreamId } from '../../db/control/stream.ts'
import { streamEvent } from '../../db/control/stream-event.ts'
import type { Transaction } from '../../db/transaction.ts'
import { identifier } from '../../domain/identifiers.ts'
import type { JsonValue } from '../../domain/json.ts'
import type { Answer, Recorded, StreamReference } from '../../domain/stream.ts'
import { parseStrict } from '../../trust/strict-parse.ts'

// The one boundary at which stored events get their type: `record` alone writes them, from values of that type.
function asEvent<Event>(value: JsonValue): Event {
  return value as unknown as Event
}

/** The id of a stream as its rows hold it. */
export function streamId({ id }: StreamReference): StreamId {
  return identifier<StreamId>(id)
}

/** The events of a stream after number `after`, in order. */
export async function eventsAfter<Event>(
  transaction: Transaction,
  stream: StreamReference,
  after: number,
): Promise<readonly Recorded<Event>[]> {
  const rows = await transaction
    .select({ seq: streamEvent.seq, data: streamEvent.data })
    .from(streamEvent)
    .where(
      and(
        eq(streamEvent.organization, stream.organization),
        eq(streamEvent.streamKind, stream.kind),
        eq(streamEvent.stream, streamId(stream)),
        gt(streamEvent.seq, after),
      ),
    )
    .orderBy(asc(streamEvent.seq))
  return rows.map(({ seq, data }) => ({ seq, event: asEvent<Event>(parseStrict(data)) }))
}

const lock = 'select seq from stream where organization = $1 and kind = $2 and id = $3 for update'

/**
 * Locks a stream until the transaction ends and tells its newest event's number; undefined when there is no such. It is
 * sent at once, so that whatever is asked behind it is asked under the lock.
 */
export async function lockStream(
  transaction: Transaction,
  stream: StreamReference,
): Promise<number | undefined> {
  const values = [stream.organization, stream.kind, streamId(stream)]
  const [row] = await transaction.send<{ readonly seq: number }>(lock, values)
  return row?.seq
}

/** The answer that a command got, if it has one. */
export async function readAnswer(
  transaction: Transaction,
  stream: StreamReference,
  command: string,
): Promise<Answer | undefined> {
  const [row] = await transaction
    .select({ outcome: answer.outcome, code: answer.code, detail: answer.detail })
    .from(answer)
    .where(
      and(
        eq(answer.organization, stream.organization),
        eq(answer.streamKind, stream.kind),
        eq(answer.stream, streamId(stream)),
        eq(answer.command, command),
      ),
    )
  return row
}
