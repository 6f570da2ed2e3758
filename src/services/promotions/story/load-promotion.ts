import type { Transaction } from '../../../db/transaction.ts'
import { identifier, type PromotionId } from '../../../domain/identifiers.ts'
import type { PromotionEvent } from '../../../domain/promotion/events.ts'
import type { PromotionFacts } from '../../../domain/promotion/state.ts'
import type { Story, StreamReference } from '../../../domain/stream.ts'
import { storeNameOf } from '../../environments/store-of-environment.ts'
import { eventsAfter } from '../../stories/read-story.ts'
import { readPromotion } from './read-routed-promotion.ts'

/**
 * What never changes about a promotion, and every event so far.
 *
 * @throws NeverStored when the organization has no such promotion.
 */
export async function loadPromotion(
  transaction: Transaction,
  stream: StreamReference,
): Promise<Story<PromotionFacts, PromotionEvent>> {
  const asked = await readPromotion(transaction, identifier<PromotionId>(stream.id))
  return {
    facts: {
      organization: asked.organization,
      promotion: asked.id,
      source: asked.sourceEnvironment,
      destination: asked.destinationEnvironment,
      sourceStore: await storeNameOf(transaction, asked.sourceEnvironment),
      destinationStore: await storeNameOf(transaction, asked.destinationEnvironment),
      requester: asked.requester,
      draft: asked.draft,
    },
    events: await eventsAfter<PromotionEvent>(transaction, stream, 0),
  }
}
