import { and, eq } from 'drizzle-orm'
import { promotion as promotionTable } from '../../db/control/promotion.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import type { PromotionPhase } from '../../domain/promotion/state.ts'
import type { ServiceContext } from '../context.ts'
import { pollUntil } from '../poll.ts'

const underWay: ReadonlySet<PromotionPhase> = new Set([
  'requested',
  'preflight',
  'approved',
  'promoting',
  'compensating',
])

/** Waits until a promotion is where people have something to read or do, at most `seconds`. */
export async function waitForPeople(
  { caller, stores }: ServiceContext,
  promotion: PromotionId,
  seconds: number,
): Promise<void> {
  await pollUntil(Date.now() + seconds * 1_000, async () => {
    const [row] = await withOrganization(stores.control, caller.organization, (transaction) =>
      transaction
        .select({ state: promotionTable.state })
        .from(promotionTable)
        .where(and(eq(promotionTable.organization, caller.organization), eq(promotionTable.id, promotion))),
    )
    return row !== undefined && underWay.has(row.state) ? undefined : true
  })
}
