import { withOrganization } from '../../db/transaction.ts'
import type { PromotionId } from '../../domain/identifiers.ts'
import type { Plan } from '../../domain/plan/plan.ts'
import type { PromotionPhase } from '../../domain/promotion/state.ts'
import { readBaselines } from '../assets/view/read-baselines.ts'
import { readStoredContents } from '../content/stored-contents.ts'
import type { ServiceContext } from '../context.ts'
import { storeOfEnvironment } from '../environments/store-of-environment.ts'
import { Refused } from '../refused.ts'
import { findPromotion } from './find-promotion.ts'
import { logUnmasking } from './plan-view/log-unmasking.ts'
import { type PlanView, planHead, showItems } from './plan-view/plan-view.ts'
import { readSentAlong } from './plan-view/sent-along.ts'
import { readPlan } from './read-plan.ts'
import { movedItems } from './story/planned-targets.ts'

/** What production holds: the contents that the plan was made against, and which of its targets have moved since. */
async function readProduction(context: ServiceContext, { destination, items }: Plan) {
  const store = await storeOfEnvironment(context, destination.environment)
  return withOrganization(store, context.caller.organization, async (transaction) => {
    const baselines = items.flatMap(({ target }) =>
      target.baseline === null ? [] : [target.baseline.digest],
    )
    const before = await readStoredContents(transaction, baselines)
    const standing = await readBaselines(
      transaction,
      items.map(({ target }) => target.asset),
    )
    return { before, moved: movedItems(items, standing) }
  })
}

async function lookAtPlan(
  context: ServiceContext,
  id: PromotionId,
  unmask: boolean,
): Promise<{ readonly state: PromotionPhase; readonly view?: PlanView }> {
  const { caller, stores } = context
  const read = await withOrganization(stores.control, caller.organization, async (transaction) => {
    const { asked, seesDestination } = await findPromotion(transaction, caller, id)
    if (unmask && !seesDestination) {
      throw new Refused('forbidden', 'Unmasking takes a role in the destination, and a key of it.')
    }
    const found = await readPlan(transaction, { promotion: asked.id, revision: asked.revision })
    if (found === undefined) return { state: asked.state, found }
    const { plan, planDigest } = found
    const after = await readStoredContents(
      transaction,
      plan.items.map(({ digest }) => digest),
    )
    const along = await readSentAlong(transaction, asked, plan)
    if (unmask) {
      await logUnmasking(context, transaction, {
        promotion: id,
        environment: asked.destinationEnvironment,
        revision: asked.revision,
        planDigest,
      })
    }
    return { state: asked.state, found, after, along, seesValues: seesDestination }
  })
  const { state } = read
  if (read.found === undefined) return { state }
  const { found, after, along, seesValues } = read
  const { plan, planDigest } = found
  const { before, moved } = await readProduction(context, plan)
  // What has landed moved production itself.
  const stillToLand = state !== 'promoted' && state !== 'promoting'
  const reader = { seesValues, unmask }
  const shownAsMoved = stillToLand ? moved : new Set<number>()
  const items = await showItems(context, plan.items, { before, after }, reader, shownAsMoved)
  return { state, view: { promotion: id, planDigest, ...planHead(plan), ...along, items } }
}

/**
 * What a promotion would do in production, item by item, as it is signed. Production's values are shown to who has a role
 * there; others see pointers and actions. What looks like a secret or like data of a patient is masked; unmasking it is
 * an entry of the log.
 *
 * @throws Refused `not-found` for who may not read the promotion, `illegal-state` before the plan is made, `forbidden`
 *   for unmasking by who may not see production's values.
 */
export async function getPlan(
  context: ServiceContext,
  id: PromotionId,
  { unmask }: { readonly unmask: boolean } = { unmask: false },
): Promise<PlanView> {
  const { state, view } = await lookAtPlan(context, id, unmask)
  if (view !== undefined) return view
  throw new Refused('illegal-state', `The promotion is ${state}: its plan is not made yet. Ask again soon.`)
}

/**
 * The plan as `getPlan` shows it masked; undefined before it is made.
 *
 * @throws Refused `not-found` for who may not read the promotion.
 */
export async function findPlan(context: ServiceContext, id: PromotionId): Promise<PlanView | undefined> {
  return (await lookAtPlan(context, id, false)).view
}
