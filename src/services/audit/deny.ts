import { and, eq, sql } from 'drizzle-orm'
import { denial } from '../../db/control/denial.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { EntryDraft } from './append-entries.ts'

export interface Denial {
  readonly type: 'access.denied' | 'command.refused'
  readonly code: string
  readonly subject: string
  readonly actor: EntryDraft['actor']
  readonly environment?: EntryDraft['environment']
  readonly asset?: EntryDraft['asset']
  readonly promotion?: EntryDraft['promotion']
  readonly details?: EntryDraft['details']
}

/**
 * The entry for a refusal, to be appended by the caller; none when the same person was refused the same thing for the
 * same reason within the last minute. Such repeats are counted, and the next entry carries their number.
 */
export async function denialEntry(
  transaction: Transaction,
  refusal: Denial,
): Promise<EntryDraft | undefined> {
  const { organization } = transaction
  const { code, subject } = refusal
  const { person } = refusal.actor
  const same = and(
    eq(denial.organization, organization),
    eq(denial.person, person),
    eq(denial.code, code),
    eq(denial.subject, subject),
  )
  const inserted = await insertRows(transaction, denial, [{ organization, person, code, subject }], 'ignore')
  let repeats = 0
  if (inserted === 0) {
    const recent = await transaction
      .update(denial)
      .set({ repeats: sql`${denial.repeats} + 1` })
      .where(and(same, sql`${denial.loggedAt} > clock_timestamp() - interval '1 minute'`))
      .returning({ person: denial.person })
    if (recent.length > 0) return undefined
    const [earlier] = await transaction
      .select({ repeats: denial.repeats })
      .from(denial)
      .where(same)
      .for('update')
    repeats = earlier?.repeats ?? 0
    await transaction.update(denial).set({ repeats: 0, loggedAt: sql`clock_timestamp()` }).where(same)
  }
  const { type, actor, environment, asset, promotion, details } = refusal
  return {
    type,
    subject,
    actor,
    ...(environment === undefined ? {} : { environment }),
    ...(asset === undefined ? {} : { asset }),
    ...(promotion === undefined ? {} : { promotion }),
    outcome: 'refused',
    details: { ...details, code, repeats },
  }
}
