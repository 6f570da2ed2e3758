import { and, eq, sql } from 'drizzle-orm'
import { eventIndex } from '../../../db/control/event-index.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { Digest, EnvironmentId, PromotionId } from '../../../domain/identifiers.ts'
import { appendEntries } from '../../audit/append-entries.ts'
import { loggedWithinTheHour } from '../../audit/logged-within-the-hour.ts'
import type { ServiceContext } from '../../context.ts'
import { entryActor } from '../../people/entry-actor.ts'

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
  const logged = await loggedWithinTheHour(control, {
    type: 'content.unmasked',
    person: caller.person,
    subject: planDigest,
    about: and(
      eq(eventIndex.promotion, promotion),
      sql`convert_from(${eventIndex.leaf}, 'UTF8')::jsonb #>> '{data,details,planDigest}' = ${planDigest}`,
    ),
  })
  if (logged) return
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
