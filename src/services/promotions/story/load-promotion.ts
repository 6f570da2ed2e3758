import { and, eq } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { environment } from '../../../db/control/environment.ts'
import { promotion as promotionTable } from '../../../db/control/promotion.ts'
import { heardLater, type Transaction } from '../../../db/transaction.ts'
import { identifier, type PromotionId } from '../../../domain/identifiers.ts'
import type { PromotionEvent } from '../../../domain/promotion/events.ts'
import type { PromotionFacts } from '../../../domain/promotion/state.ts'
import type { Story, StreamReference } from '../../../domain/stream.ts'
import { NeverStored } from '../../stories/never-stored.ts'
import { eventsAfter } from '../../stories/read-story.ts'

const source = alias(environment, 'source')
const destination = alias(environment, 'destination')

async function readFacts(transaction: Transaction, promotion: PromotionId): Promise<PromotionFacts> {
  const [facts] = await transaction
    .select({
      organization: promotionTable.organization,
      promotion: promotionTable.id,
      source: promotionTable.sourceEnvironment,
      destination: promotionTable.destinationEnvironment,
      sourceStore: source.store,
      destinationStore: destination.store,
      requester: promotionTable.requester,
      draft: promotionTable.draft,
    })
    .from(promotionTable)
    .innerJoin(
      source,
      and(
        eq(source.organization, promotionTable.organization),
        eq(source.id, promotionTable.sourceEnvironment),
      ),
    )
    .innerJoin(
      destination,
      and(
        eq(destination.organization, promotionTable.organization),
        eq(destination.id, promotionTable.destinationEnvironment),
      ),
    )
    .where(and(eq(promotionTable.organization, transaction.organization), eq(promotionTable.id, promotion)))
  if (facts === undefined) throw new NeverStored('no such promotion was stored')
  return facts
}

/**
 * What never changes about a promotion, and every event so far.
 *
 * @throws NeverStored when the organization has no such promotion.
 */
export async function loadPromotion(
  transaction: Transaction,
  stream: StreamReference,
): Promise<Story<PromotionFacts, PromotionEvent>> {
  const reading = heardLater(eventsAfter<PromotionEvent>(transaction, stream, 0))
  const facts = await readFacts(transaction, identifier<PromotionId>(stream.id))
  return { facts, events: await reading }
}
