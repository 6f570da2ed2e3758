import { and, eq } from 'drizzle-orm'
import { rollout as rolloutTable } from '../../db/control/rollout.ts'
import { withOrganization } from '../../db/transaction.ts'
import { type AssetId, type Instant, instant, type PromotionId } from '../../domain/identifiers.ts'
import type { Plan } from '../../domain/plan/plan.ts'
import type { RollbackRule } from '../../domain/policy/policy.ts'
import { type ActivationHindranceCode, describeHindrance } from '../../domain/rollout/automatic.ts'
import {
  type ActivationBasis,
  isUnderValidation,
  type RolloutPhase,
  type RolloutState,
} from '../../domain/rollout/rollout.ts'
import { describeMissing, missingToComplete } from '../../domain/rollout/validation.ts'
import type { ServiceContext } from '../context.ts'
import { findPromotion } from '../promotions/find-promotion.ts'
import { Refused } from '../refused.ts'
import { readRollout } from './load-rollout.ts'
import {
  type CompletedView,
  type RolledBackView,
  type ValidationView,
  viewCompleted,
  viewRolledBack,
  viewValidation,
} from './rollout-view.ts'

/** One reason why a rollout was not activated automatically, in words and with the production assets it is about. */
export interface LeftToPeople {
  readonly code: ActivationHindranceCode
  readonly message: string
  readonly assets: readonly AssetId[]
}

export interface RolloutView {
  readonly promotion: PromotionId
  readonly revision: number
  readonly state: RolloutPhase
  /** Why production refused to activate it, or last refused to roll it back. */
  readonly failure: string | null
  /** As the signed plan says. */
  readonly activation: 'manual' | 'automatic'
  /** What the activation rests on; null before it is allowed. */
  readonly basis: ActivationBasis | null
  /** Why a person has to activate although the plan says `automatic`; stays once somebody did. */
  readonly leftToPeople: readonly LeftToPeople[]
  /** What the rule asks people to check once it is in use; null where it asks for nothing. */
  readonly validation: ValidationView | null
  /** From when it soaks; null before it is in use. */
  readonly activatedAt: Instant | null
  /** Until when it soaks; null where it need not, and before it is in use. */
  readonly soakUntil: Instant | null
  /** What stands in the way of going live, in words, as long as it is active. */
  readonly missing: readonly string[]
  /** As the rule says that routed the promotion. */
  readonly rollback: RollbackRule
  readonly completed: CompletedView | null
  readonly rolledBack: RolledBackView | null
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

function reasons({ leftToPeople }: RolloutState, { items }: Plan): readonly LeftToPeople[] {
  return leftToPeople.map(({ code, positions }) => ({
    code,
    message: describeHindrance(code),
    assets: items.filter(({ position }) => positions.includes(position)).map(({ target }) => target.asset),
  }))
}

/**
 * The rollout of a promotion: where what landed is on its way to being used, what that rests on, and why a person has to
 * do it where the plan would let it go by itself; once it is in use, what is confirmed and what is missing until it is live.
 *
 * @throws Refused `not-found` for who may not read the promotion, and before anything has landed.
 */
export async function getRollout({ caller, stores }: ServiceContext, id: PromotionId): Promise<RolloutView> {
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    const { organization } = transaction
    await findPromotion(transaction, caller, id)
    const [row] = await transaction
      .select()
      .from(rolloutTable)
      .where(and(eq(rolloutTable.organization, organization), eq(rolloutTable.id, id)))
    if (row === undefined)
      throw new Refused('not-found', 'Nothing of this promotion has landed in production.')
    const { facts, events, state, plan } = await readRollout(transaction, {
      organization,
      kind: 'rollout',
      id,
    })
    const told = events.map(({ event }) => event)
    const missing = isUnderValidation(state) ? missingToComplete(state, instant(Date.now())) : null
    return {
      promotion: row.id,
      revision: row.revision,
      state: row.state,
      failure: row.failure,
      activation: plan.activation,
      basis: state.basis,
      leftToPeople: reasons(state, plan),
      validation: await viewValidation(transaction, id, plan.validation),
      activatedAt: state.activatedAt,
      soakUntil: row.soakUntil === null ? null : instant(row.soakUntil),
      missing: describeMissing(missing, plan.validation?.checklist),
      rollback: facts.rollback ?? 'approval',
      completed: await viewCompleted(transaction, told),
      rolledBack: await viewRolledBack(transaction, told),
      createdAt: instant(row.createdAt),
      updatedAt: instant(row.updatedAt),
    }
  })
}
