import type { promotion as promotionTable } from '../../../db/control/promotion.ts'
import { withOrganization } from '../../../db/transaction.ts'
import { readBaselines } from '../../assets/view/read-baselines.ts'
import type { ServiceContext } from '../../context.ts'
import { storeOfEnvironment } from '../../environments/store-of-environment.ts'
import { Refused } from '../../refused.ts'
import { hasMoved, type PlannedTarget } from '../story/planned-targets.ts'

/** Whether production has moved away from a plan's targets: then what was read is not what it would change. */
export async function planHasMoved(
  context: ServiceContext,
  { destinationEnvironment }: Pick<typeof promotionTable.$inferSelect, 'destinationEnvironment'>,
  targets: readonly PlannedTarget[],
): Promise<boolean> {
  const { caller } = context
  const store = await storeOfEnvironment(context, destinationEnvironment)
  const standing = await withOrganization(store, caller.organization, (transaction) =>
    readBaselines(
      transaction,
      targets.map(({ asset }) => asset),
    ),
  )
  return hasMoved(targets, standing)
}

/** The refusal of whoever would sign such a plan. */
export function targetMoved(): Refused {
  return new Refused(
    'target-moved',
    'Production has changed since this plan was made. Have it resubmitted, then read the new plan.',
  )
}
