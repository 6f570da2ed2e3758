import type { promotion as promotionTable } from '../../../db/control/promotion.ts'
import { withOrganization } from '../../../db/transaction.ts'
import { readBaselines } from '../../assets/view/read-baselines.ts'
import type { ServiceContext } from '../../context.ts'
import { storeOfEnvironment } from '../../environments/store-of-environment.ts'
import { Refused } from '../../refused.ts'
import { hasMoved, readPlannedTargets } from '../story/planned-targets.ts'

/** Whether production has moved away from a promotion's plan: then what was read is not what it would change. */
export async function planHasMoved(
  context: ServiceContext,
  { id, revision, destinationEnvironment }: typeof promotionTable.$inferSelect,
): Promise<boolean> {
  const { caller, stores } = context
  const targets = await withOrganization(stores.control, caller.organization, (transaction) =>
    readPlannedTargets(transaction, { promotion: id, revision }),
  )
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
