import { and, eq } from 'drizzle-orm'
import { rollout as rolloutTable } from '../../db/control/rollout.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { pollUntil } from '../poll.ts'

const patienceMilliseconds = 10_000

/** Waits, for ten seconds at most, until production has done what a rollout had it do, or has refused it. */
export async function awaitProduction(
  { caller, stores }: ServiceContext,
  promotion: PromotionId,
): Promise<void> {
  await pollUntil(Date.now() + patienceMilliseconds, async () => {
    const [row] = await withOrganization(stores.control, caller.organization, (transaction) =>
      transaction
        .select({ state: rolloutTable.state })
        .from(rolloutTable)
        .where(and(eq(rolloutTable.organization, caller.organization), eq(rolloutTable.id, promotion))),
    )
    return row?.state === 'activating' || row?.state === 'rolling_back' ? undefined : true
  })
}
