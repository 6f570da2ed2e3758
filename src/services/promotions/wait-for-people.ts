import { setTimeout as pause } from 'node:timers/promises'
import { and, eq } from 'drizzle-orm'
import { promotion as promotionTable } from '../../db/control/promotion.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import type { PromotionPhase } from '../../domain/promotion/state.ts'
import type { ServiceContext } from '../context.ts'

const underWay: ReadonlySet<PromotionPhase> = new Set([
  'requested',
  'preflight',
  'approved',
  'promoting',
  'compensating',
])

const pollMilliseconds = 100

/** Waits until a promotion is where people have something to read or do, at most `seconds`. */
export async function waitForPeople(
  { caller, stores }: ServiceContext,
  promotion: PromotionId,
  seconds: number,
): Promise<void> {
  const deadline = Date.now() + seconds * 1_000
  while (Date.now() < deadline) {
    const [row] = await withOrganization(stores.control, caller.organization, (transaction) =>
      transaction
        .select({ state: promotionTable.state })
        .from(promotionTable)
        .where(and(eq(promotionTable.organization, caller.organization), eq(promotionTable.id, promotion))),
    )
    if (row === undefined || !underWay.has(row.state)) return
    await pause(pollMilliseconds)
  }
}
