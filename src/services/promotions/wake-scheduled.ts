import { and, eq, inArray } from 'drizzle-orm'
import { promotion as promotionTable } from '../../db/control/promotion.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'

/**
 * Tells every promotion that waits to land, in the organization or into one environment, to look again whether it may.
 * Those that cannot be told now look by themselves after a while.
 */
export async function wakeScheduled(
  { caller, stores, orchestrator }: Pick<ServiceContext, 'caller' | 'stores' | 'orchestrator'>,
  environment: EnvironmentId | null,
): Promise<void> {
  const { organization } = caller
  const waiting = await withOrganization(stores.control, organization, (transaction) =>
    transaction
      .select({ id: promotionTable.id })
      .from(promotionTable)
      .where(
        and(
          eq(promotionTable.organization, organization),
          inArray(promotionTable.state, ['approved', 'scheduled']),
          environment === null ? undefined : eq(promotionTable.destinationEnvironment, environment),
        ),
      ),
  )
  for (const { id } of waiting) await orchestrator.lookAgain({ organization, kind: 'promotion', id })
}
