import { and, eq } from 'drizzle-orm'
import { policy as policyTable } from '../../../db/control/policy.ts'
import { promotion as promotionTable } from '../../../db/control/promotion.ts'
import type { Transaction } from '../../../db/transaction.ts'
import { asPolicy, routingRule } from '../../../domain/policy/policy.ts'
import type { PromotionEvent } from '../../../domain/promotion/events.ts'
import type { PromotionFacts } from '../../../domain/promotion/state.ts'
import type { Story, StreamReference } from '../../../domain/stream.ts'
import { parseStrict } from '../../../trust/strict-parse.ts'
import { NeverStored } from '../../stories/never-stored.ts'
import { eventsAfter, streamId } from '../../stories/read-story.ts'

/**
 * A promotion's request with the rule it was routed by, and every event so far.
 *
 * @throws NeverStored when the organization has no such promotion.
 */
export async function loadPromotion(
  transaction: Transaction,
  stream: StreamReference,
): Promise<Story<PromotionFacts, PromotionEvent>> {
  const [row] = await transaction
    .select({ asked: promotionTable, document: policyTable.document })
    .from(promotionTable)
    .innerJoin(
      policyTable,
      and(
        eq(policyTable.organization, promotionTable.organization),
        eq(policyTable.environment, promotionTable.destinationEnvironment),
        eq(policyTable.version, promotionTable.policyVersion),
      ),
    )
    .where(
      and(
        eq(promotionTable.organization, stream.organization),
        eq(promotionTable.id, streamId(stream) as never),
      ),
    )
  if (row === undefined) throw new NeverStored('no such promotion was stored')
  const { asked, document } = row
  return {
    facts: {
      organization: asked.organization,
      promotion: asked.id,
      source: asked.sourceEnvironment,
      destination: asked.destinationEnvironment,
      requester: asked.requester,
      rule: routingRule(asPolicy(parseStrict(document))),
    },
    events: await eventsAfter<PromotionEvent>(transaction, stream, 0),
  }
}
