import { and, eq } from 'drizzle-orm'
import { rollout as rolloutTable } from '../../db/control/rollout.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { EnvironmentId, PromotionId } from '../../domain/identifiers.ts'
import type { Act } from '../../domain/rights/acts.ts'
import type { RolloutPhase } from '../../domain/rollout/rollout.ts'
import type { Caller } from '../context.ts'
import { checkPrecondition } from '../idempotency/check-precondition.ts'
import { requireRight } from '../people/require-right.ts'
import { findPromotion } from '../promotions/find-promotion.ts'
import { Refused } from '../refused.ts'

export type RolloutAct = Extract<Act, `rollout.${string}`>

/** What somebody wants of a rollout, and what they saw of it. */
export interface AskedOfRollout {
  readonly promotion: PromotionId
  /** Tags of what the person saw; `*` for any. */
  readonly seen: readonly string[]
  readonly idempotencyKey: string
}

export interface FoundRollout {
  readonly promotion: PromotionId
  readonly revision: number
  readonly state: RolloutPhase
  readonly destination: EnvironmentId
}

const ended: ReadonlySet<RolloutPhase> = new Set(['live', 'rolled_back', 'failed'])

/**
 * Refuses at once what is asked of a rollout that has changed since it was seen, or that has ended, where nothing listens any
 * more.
 *
 * @throws Refused `precondition-failed` or `illegal-state`.
 */
export function requireUnchanged({ state }: Pick<FoundRollout, 'state'>, seen: readonly string[]): void {
  checkPrecondition(seen, state)
  if (!ended.has(state)) return
  throw new Refused('illegal-state', `The rollout is ${state.replaceAll('_', ' ')}, which is its end.`)
}

/**
 * The rollout of a promotion, for who may do this with it.
 *
 * @throws Refused `not-found` or `forbidden`, and `illegal-state` before anything has landed.
 */
export async function findRollout(
  transaction: Transaction,
  caller: Caller,
  promotion: PromotionId,
  act: RolloutAct,
): Promise<FoundRollout> {
  const { asked, through } = await findPromotion(transaction, caller, promotion)
  const destination = asked.destinationEnvironment
  await requireRight(transaction, caller, act, { through, environment: destination })
  const [rollout] = await transaction
    .select({ state: rolloutTable.state, revision: rolloutTable.revision })
    .from(rolloutTable)
    .where(and(eq(rolloutTable.organization, transaction.organization), eq(rolloutTable.id, promotion)))
  if (rollout === undefined) throw new Refused('illegal-state', 'Nothing of this promotion has landed yet.')
  return { promotion, ...rollout, destination }
}
