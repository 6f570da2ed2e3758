import { and, desc, eq, inArray } from 'drizzle-orm'
import type { promotion as promotionTable } from '../../../db/control/promotion.ts'
import { streamEvent } from '../../../db/control/stream-event.ts'
import type { Transaction } from '../../../db/transaction.ts'
import { identifier, instant } from '../../../domain/identifiers.ts'
import type { PromotionEvent } from '../../../domain/promotion/events.ts'
import type { BlockedBecause } from '../blocked-because.ts'
import type { StepView } from './steps-of.ts'

// Of all that happens, what moves a promotion to another step.
const opening: readonly PromotionEvent['type'][] = ['planned', 'step-completed', 'approvals-lapsed']

/** The system that a promotion's open step waits for, and since when; nothing where people are waited for, or nobody. */
export async function awaitedVerdict(
  transaction: Transaction,
  { id, updatedAt }: typeof promotionTable.$inferSelect,
  steps: readonly StepView[],
): Promise<readonly BlockedBecause[]> {
  const step = steps.find(({ state }) => state === 'open')
  if (step?.publicKey === undefined) return []
  const [opened] = await transaction
    .select({ at: streamEvent.recordedAt })
    .from(streamEvent)
    .where(
      and(
        eq(streamEvent.organization, transaction.organization),
        eq(streamEvent.streamKind, 'promotion'),
        eq(streamEvent.stream, identifier(id)),
        inArray(streamEvent.type, [...opening]),
      ),
    )
    .orderBy(desc(streamEvent.seq))
    .limit(1)
  const detail = `Step "${step.name}" waits for the signed verdict of another system, by the key that the plan names. Nobody signs it.`
  return [{ code: 'awaiting-verdict', detail, reason: null, since: instant(opened?.at ?? updatedAt) }]
}
