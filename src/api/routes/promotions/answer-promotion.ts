import type { Context } from 'hono'
import type { PromotionId } from '../../../domain/identifiers.ts'
import { getPromotion } from '../../../services/promotions/get-promotion.ts'
import type { PromotionView } from '../../../services/promotions/promotion-view.ts'
import { waitForPeople } from '../../../services/promotions/wait-for-people.ts'
import type { CommandResult } from '../../../services/stories/give-command.ts'
import { serviceContext } from '../../context.ts'
import type { ApiEnvironment } from '../../environment.ts'
import { setEntityTagOf } from '../../request/etag.ts'
import { markReplay } from '../../request/idempotency.ts'
import { markPreference, preferredWait } from '../../request/prefer.ts'
import { isSettled } from '../../request/settled.ts'

/**
 * The promotion after a command that was settled, with the headers of its answer; undefined for one that is still pending.
 *
 * @throws RefusedAnswer with the refusal that the command was answered with.
 */
export async function promotionAfter(
  c: Context<ApiEnvironment>,
  promotion: PromotionId,
  result: CommandResult,
): Promise<PromotionView | undefined> {
  markReplay(c, result.replayed)
  if (!isSettled(result)) return undefined
  const context = serviceContext(c)
  const seconds = preferredWait(c)
  await waitForPeople(context, promotion, seconds)
  const view = await getPromotion(context, promotion)
  markPreference(c, seconds)
  setEntityTagOf(c, view)
  return view
}
