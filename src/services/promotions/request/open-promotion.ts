import { and, eq, inArray } from 'drizzle-orm'
import { promotionSourceLock } from '../../../db/control/promotion-source-lock.ts'
import { withOrganization } from '../../../db/transaction.ts'
import { violatedConstraint } from '../../../db/violated-constraint.ts'
import type { AssetId, EnvironmentId } from '../../../domain/identifiers.ts'
import type { ServiceContext } from '../../context.ts'
import { Refused } from '../../refused.ts'

/**
 * Turns a lost race for an asset's lock into the refusal that names the promotion holding it.
 *
 * @throws Refused `promotion-open`, or `error` itself when it is about something else.
 */
export async function refuseOpenPromotion(
  { stores, caller }: ServiceContext,
  error: unknown,
  assets: readonly AssetId[],
  destination: EnvironmentId,
): Promise<never> {
  if (violatedConstraint(error) !== 'promotion_source_lock_pkey') throw error
  const open = await withOrganization(stores.control, caller.organization, (transaction) =>
    transaction
      .select({ asset: promotionSourceLock.asset, promotion: promotionSourceLock.promotion })
      .from(promotionSourceLock)
      .where(
        and(
          eq(promotionSourceLock.organization, caller.organization),
          eq(promotionSourceLock.destinationEnvironment, destination),
          inArray(promotionSourceLock.asset, [...assets]),
        ),
      ),
  )
  const [first] = open
  throw new Refused(
    'promotion-open',
    first === undefined
      ? 'Another promotion of one of these assets was open. It has just ended: ask again.'
      : `Promotion ${first.promotion} is open for asset ${first.asset}. Wait for it to end, or withdraw it.`,
    open.map(({ asset, promotion }) => ({
      pointer: `/promotingAssets/${assets.indexOf(asset)}`,
      message: `open in promotion ${promotion}`,
    })),
  )
}
