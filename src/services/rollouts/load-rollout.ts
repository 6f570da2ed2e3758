import { and, eq } from 'drizzle-orm'
import { rollout as rolloutTable } from '../../db/control/rollout.ts'
import type { Transaction } from '../../db/transaction.ts'
import { type EnvironmentId, identifier, type PersonId, type PromotionId } from '../../domain/identifiers.ts'
import type { Plan } from '../../domain/plan/plan.ts'
import type { PolicyValidation } from '../../domain/policy/validation.ts'
import {
  evolveRollout,
  pendingRollout,
  type RolloutEvent,
  type RolloutFacts,
  type RolloutState,
} from '../../domain/rollout/rollout.ts'
import type { SignedValidation } from '../../domain/rollout/validation.ts'
import type { Story, StreamReference } from '../../domain/stream.ts'
import { storeNameOf } from '../environments/store-of-environment.ts'
import { readPlan } from '../promotions/read-plan.ts'
import { readRoutedPromotion } from '../promotions/story/read-routed-promotion.ts'
import { NeverStored } from '../stories/never-stored.ts'
import { eventsAfter } from '../stories/read-story.ts'

export interface StoredRolloutFacts extends RolloutFacts {
  readonly destination: EnvironmentId
  readonly requester: PersonId
}

export type StoredRollout = RolloutState & { readonly facts: StoredRolloutFacts }

/** A rollout's story and where it has come to, with the plan that it rests on: that stays here, and enters no history. */
export interface PlannedRollout extends Story<StoredRolloutFacts, RolloutEvent> {
  readonly state: RolloutState
  readonly plan: Plan
}

function signedValidation({ checklist, soak }: PolicyValidation): SignedValidation {
  return { lines: checklist.length, ...(soak === undefined ? {} : { soak }) }
}

/**
 * A rollout's promotion, its signed plan and what that says of what follows, and every event so far.
 *
 * @throws NeverStored when the organization has no such rollout.
 */
export async function readRollout(
  transaction: Transaction,
  stream: StreamReference,
): Promise<PlannedRollout> {
  const [row] = await transaction
    .select({ promotion: rolloutTable.id, revision: rolloutTable.revision })
    .from(rolloutTable)
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
  const { asked, policy } = await readRoutedPromotion(transaction, row.promotion)
  const destination = asked.destinationEnvironment
  const facts: StoredRolloutFacts = {
    organization: stream.organization,
    ...row,
    destination,
    requester: asked.requester,
    destinationStore: await storeNameOf(transaction, destination),
    signed: {
      mode: plan.activation,
      planDigest,
      policyVersion: plan.policy.version,
      rule: plan.policy.rule,
    },
    ...(plan.validation === undefined ? {} : { validation: signedValidation(plan.validation) }),
    rollback: policy.rules[plan.policy.rule - 1]?.rollback ?? 'approval',
    targets: plan.items.map(({ target }) => target.asset),
  }
  const events = await eventsAfter<RolloutEvent>(transaction, stream, 0)
  return { plan, facts, events, state: events.reduce(evolveRollout, pendingRollout(facts)) }
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
