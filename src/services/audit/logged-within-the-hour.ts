import { and, eq, type SQL, sql } from 'drizzle-orm'
import { eventIndex } from '../../db/control/event-index.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { PersonId } from '../../domain/identifiers.ts'

/** An entry that is made once an hour: its type, who did it, and what was done to, in words and as a condition. */
export interface HourlyEntry {
  readonly type: 'content.unmasked'
  readonly person: PersonId
  readonly subject: string
  readonly about: SQL | undefined
}

/**
 * Whether control's own log has had such an entry for less than an hour. Until the transaction ends, others who ask about
 * the same entry wait, and then find the one it made.
 */
export async function loggedWithinTheHour(
  control: Transaction,
  { type, person, subject, about }: HourlyEntry,
): Promise<boolean> {
  const once = `${type}/${control.organization}/${person}/${subject}`
  await control.execute(sql`select pg_advisory_xact_lock(hashtextextended(${once}, 0))`)
  const earlier = await control
    .select({ id: eventIndex.id })
    .from(eventIndex)
    .where(
      and(
        eq(eventIndex.organization, control.organization),
        eq(eventIndex.type, type),
        eq(eventIndex.person, person),
        eq(eventIndex.origin, sql`log_origin()`),
        sql`${eventIndex.time} > clock_timestamp() - interval '1 hour'`,
        about,
      ),
    )
    .limit(1)
  return earlier.length > 0
}
