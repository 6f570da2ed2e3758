import { and, eq, sql } from 'drizzle-orm'
import { eventIndex } from '../../db/control/event-index.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { Digest, EnvironmentId, PromotionId } from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ServiceContext } from '../context.ts'
import { entryActor } from '../people/entry-actor.ts'

export interface UnmaskedPlan {
  readonly promotion: PromotionId
  readonly environment: EnvironmentId
  readonly revision: number
  readonly planDigest: Digest
}

/**
 * Logs that a person has what is masked in a plan shown, once per person, plan and hour. It ends the control
 * transaction's statements, and nothing is shown before that transaction has committed.
 */
export async function logUnmasking(
  { caller }: ServiceContext,
  control: Transaction,
  { promotion, environment, revision, planDigest }: UnmaskedPlan,
): Promise<void> {
  // Two readings at once: the second one waits here, and then finds the entry of the first.
  const once = `content.unmasked/${control.organization}/${caller.person}/${planDigest}`
  await control.execute(sql`select pg_advisory_xact_lock(hashtextextended(${once}, 0))`)
  const earlier = await control
    .select({ id: eventIndex.id })
    .from(eventIndex)
    .where(
      and(
        eq(eventIndex.organization, control.organization),
        eq(eventIndex.promotion, promotion),
        eq(eventIndex.type, 'content.unmasked'),
        eq(eventIndex.person, caller.person),
        eq(eventIndex.origin, sql`log_origin()`),
        sql`${eventIndex.time} > clock_timestamp() - interval '1 hour'`,
        sql`convert_from(${eventIndex.leaf}, 'UTF8')::jsonb #>> '{data,details,planDigest}' = ${planDigest}`,
      ),
    )
    .limit(1)
  if (earlier.length > 0) return
  await appendEntries(control, [
    {
      type: 'content.unmasked',
      subject: `promotion/${promotion}`,
      actor: entryActor(caller),
      environment,
      promotion,
      details: { revision, planDigest },
    },
  ])
}
