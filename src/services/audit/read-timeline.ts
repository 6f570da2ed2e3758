import { and, eq } from 'drizzle-orm'
import { eventIndex } from '../../db/control/event-index.ts'
import { withOrganization } from '../../db/transaction.ts'
import { timelineOrder } from '../../domain/audit/timeline-order.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { findPromotion } from '../promotions/find-promotion.ts'
import { type AuditEvent, citedPlaces, readEvent } from './read-event.ts'

/**
 * Every event of a promotion and its rollout, across all logs, in causal order. For whoever has a role at either end,
 * with a key of that end, and for auditors and owners with a key of the organization.
 *
 * @throws Refused `not-found` to anybody else.
 */
export async function readTimeline(
  { caller, stores }: ServiceContext,
  promotion: PromotionId,
): Promise<readonly AuditEvent[]> {
  const { organization } = caller
  await withOrganization(stores.control, organization, (control) => findPromotion(control, caller, promotion))
  return withOrganization(stores.auditor, organization, async (control) => {
    const rows = await control
      .select({
        origin: eventIndex.origin,
        index: eventIndex.index,
        leaf: eventIndex.leaf,
        leafHash: eventIndex.leafHash,
      })
      .from(eventIndex)
      .where(and(eq(eventIndex.organization, organization), eq(eventIndex.promotion, promotion)))
    const events = rows.map((row) => readEvent(organization, row))
    const entries = events.map((event) => ({
      origin: event.origin,
      index: event.index,
      time: event.time,
      cites: citedPlaces(event.details),
      event,
    }))
    return timelineOrder(entries).map(({ event }) => event)
  })
}
