import { and, eq } from 'drizzle-orm'
import { promotion as promotionTable } from '../../db/control/promotion.ts'
import { rollout as rolloutTable } from '../../db/control/rollout.ts'
import type { Transaction } from '../../db/transaction.ts'
import { type EnvironmentId, identifier, type PersonId, type PromotionId } from '../../domain/identifiers.ts'
import type { Plan } from '../../domain/plan/plan.ts'
import type { RolloutEvent, RolloutFacts, RolloutState } from '../../domain/rollout/rollout.ts'
import type { Story, StreamReference } from '../../domain/stream.ts'
import { storeNameOf } from '../environments/store-of-environment.ts'
import { readPlan } from '../promotions/read-plan.ts'
import { NeverStored } from '../stories/never-stored.ts'
import { eventsAfter } from '../stories/read-story.ts'

export interface StoredRolloutFacts extends RolloutFacts {
  readonly destination: EnvironmentId
  readonly requester: PersonId
}

export type StoredRollout = RolloutState & { readonly facts: StoredRolloutFacts }

/** A rollout's story, with the plan that it rests on: that stays here, and enters no history. */
export interface PlannedRollout extends Story<StoredRolloutFacts, RolloutEvent> {
  readonly plan: Plan
}

/**
 * A rollout's promotion, its signed plan and what that says of activation, and every event so far.
 *
 * @throws NeverStored when the organization has no such rollout.
 */
export async function readRollout(
  transaction: Transaction,
  stream: StreamReference,
): Promise<PlannedRollout> {
  const [row] = await transaction
    .select({
      promotion: rolloutTable.id,
      revision: rolloutTable.revision,
      destination: promotionTable.destinationEnvironment,
      requester: promotionTable.requester,
    })
    .from(rolloutTable)
    .innerJoin(
      promotionTable,
      and(eq(promotionTable.organization, rolloutTable.organization), eq(promotionTable.id, rolloutTable.id)),
    )
    .where(
      and(
        eq(rolloutTable.organization, stream.organization),
        eq(rolloutTable.id, identifier<PromotionId>(stream.id)),
      ),
    )
  if (row === undefined) throw new NeverStored('no such rollout was stored')
  const signed = await readPlan(transaction, row)
  if (signed === undefined) throw new NeverStored('no such plan was stored')
  const { plan, planDigest } = signed
  return {
    plan,
    facts: {
      organization: stream.organization,
      ...row,
      destinationStore: await storeNameOf(transaction, row.destination),
      signed: {
        mode: plan.activation,
        planDigest,
        policyVersion: plan.policy.version,
        rule: plan.policy.rule,
      },
      targets: plan.items.map(({ target }) => target.asset),
    },
    events: await eventsAfter<RolloutEvent>(transaction, stream, 0),
  }
}

/**
 * The same as the workflow is told it.
 *
 * @throws NeverStored as above.
 */
export async function loadRollout(
  transaction: Transaction,
  stream: StreamReference,
): Promise<Story<StoredRolloutFacts, RolloutEvent>> {
  const { facts, events } = await readRollout(transaction, stream)
  return { facts, events }
}
