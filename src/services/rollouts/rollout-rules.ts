import { and, eq, sql } from 'drizzle-orm'
import { promotion as promotionTable } from '../../db/control/promotion.ts'
import { rollout as rolloutTable } from '../../db/control/rollout.ts'
import type { Transaction } from '../../db/transaction.ts'
import { type EnvironmentId, identifier, type PersonId, type PromotionId } from '../../domain/identifiers.ts'
import { judge } from '../../domain/rights/judge.ts'
import {
  evolveRollout,
  pendingRollout,
  type RolloutEvent,
  type RolloutFacts,
  type RolloutState,
} from '../../domain/rollout/rollout.ts'
import { type Refusal, refused, type Story, type StreamReference } from '../../domain/stream.ts'
import { endRestorations } from '../drift/restorations.ts'
import { storeNameOf } from '../environments/store-of-environment.ts'
import { standingOf } from '../people/standing.ts'
import { aboutPromotion } from '../promotions/story/about-promotion.ts'
import { grantProduction } from '../promotions/story/project/grant-production.ts'
import { NeverStored } from '../stories/never-stored.ts'
import { eventsAfter } from '../stories/read-story.ts'
import type { RecordedEvent, StoredCommand, StoryRules } from '../stories/story-rules.ts'

interface Facts extends RolloutFacts {
  readonly destination: EnvironmentId
  readonly requester: PersonId
}

type State = RolloutState & { readonly facts: Facts }

/**
 * A rollout's promotion, and every event so far.
 *
 * @throws NeverStored when the organization has no such rollout.
 */
async function loadRollout(
  transaction: Transaction,
  stream: StreamReference,
): Promise<Story<Facts, RolloutEvent>> {
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
  return {
    facts: {
      organization: stream.organization,
      ...row,
      destinationStore: await storeNameOf(transaction, row.destination),
    },
    events: await eventsAfter<RolloutEvent>(transaction, stream, 0),
  }
}

async function authoriseRollout(
  transaction: Transaction,
  { facts }: State,
  events: readonly RolloutEvent[],
  command: StoredCommand | null,
): Promise<Refusal | null> {
  for (const event of events) {
    if (event.type !== 'activation-authorized') continue
    if (command === null || command.claim.person !== event.person) {
      return refused('forbidden', 'Only a person activates.')
    }
    const refusal = judge('rollout.activate', await standingOf(transaction, command.actor, facts.destination))
    if (refusal !== null) return refusal
  }
  return null
}

async function projectRollout(
  transaction: Transaction,
  state: State,
  events: readonly RecordedEvent<RolloutEvent>[],
): Promise<void> {
  const { organization, promotion, revision } = state.facts
  for (const { event, entry } of events) {
    if (event.type === 'activation-authorized') {
      await grantProduction(transaction, { promotion, revision, purpose: 'activate', entry })
    }
    if (event.type === 'activated') await endRestorations(transaction, { promotion, revision })
  }
  await transaction
    .update(rolloutTable)
    .set({ state: state.phase, failure: state.failure, updatedAt: sql`clock_timestamp()` })
    .where(and(eq(rolloutTable.organization, organization), eq(rolloutTable.id, promotion)))
}

/** How a rollout's story is recorded. */
export const rolloutRules: StoryRules<Facts, RolloutEvent, State> = {
  load: loadRollout,
  begin: (facts) => ({ ...pendingRollout(facts), facts }),
  evolve: (state, recorded) => ({ ...evolveRollout(state, recorded), facts: state.facts }),
  authorise: authoriseRollout,
  project: projectRollout,
  about: ({ facts }, command) => aboutPromotion(facts, command),
}
