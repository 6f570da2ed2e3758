import { and, eq } from 'drizzle-orm'
import { promotion as promotionTable } from '../../db/control/promotion.ts'
import { promotionRevision } from '../../db/control/promotion-revision.ts'
import { rollout as rolloutTable } from '../../db/control/rollout.ts'
import type { Transaction } from '../../db/transaction.ts'
import {
  type Digest,
  type EnvironmentId,
  identifier,
  type PersonId,
  type PromotionId,
} from '../../domain/identifiers.ts'
import { asPlan, type Plan } from '../../domain/plan/plan.ts'
import type { RevisionReference } from '../../domain/promotion/revision.ts'
import type { RolloutEvent, RolloutFacts, RolloutState } from '../../domain/rollout/rollout.ts'
import type { Story, StreamReference } from '../../domain/stream.ts'
import { parseStrict } from '../../trust/strict-parse.ts'
import { storeNameOf } from '../environments/store-of-environment.ts'
import { NeverStored } from '../stories/never-stored.ts'
import { eventsAfter } from '../stories/read-story.ts'

export interface StoredRolloutFacts extends RolloutFacts {
  readonly destination: EnvironmentId
  readonly requester: PersonId
}

export type StoredRollout = RolloutState & { readonly facts: StoredRolloutFacts }

/**
 * The plan that a revision's approvers signed, with its digest.
 *
 * @throws NeverStored when the revision has none.
 */
export async function readSignedPlan(
  transaction: Transaction,
  { promotion, revision }: Pick<RevisionReference, 'promotion' | 'revision'>,
): Promise<{ readonly plan: Plan; readonly planDigest: Digest }> {
  const [row] = await transaction
    .select({ plan: promotionRevision.plan, digest: promotionRevision.planDigest })
    .from(promotionRevision)
    .where(
      and(
        eq(promotionRevision.organization, transaction.organization),
        eq(promotionRevision.promotion, promotion),
        eq(promotionRevision.revision, revision),
      ),
    )
  if (row === undefined) throw new NeverStored('no such plan was stored')
  return { plan: asPlan(parseStrict(row.plan)), planDigest: row.digest as Digest }
}

/**
 * A rollout's promotion, what its signed plan says of activation, and every event so far.
 *
 * @throws NeverStored when the organization has no such rollout.
 */
export async function loadRollout(
  transaction: Transaction,
  stream: StreamReference,
): Promise<Story<StoredRolloutFacts, RolloutEvent>> {
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
  const { plan, planDigest } = await readSignedPlan(transaction, row)
  return {
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
