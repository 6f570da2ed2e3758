import { and, eq } from 'drizzle-orm'
import { overrideReview } from '../../db/control/override-review.ts'
import { overrideReviewOutcome } from '../../db/control/override-review-outcome.ts'
import { promotion as promotionTable } from '../../db/control/promotion.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import {
  type DecisionId,
  type EnvironmentId,
  identifier,
  instant,
  type PersonId,
} from '../../domain/identifiers.ts'
import {
  evolveReview,
  pendingReview,
  type ReviewEvent,
  type ReviewFacts,
  type ReviewState,
} from '../../domain/review/review.ts'
import { type Refusal, refused, type Story, type StreamReference } from '../../domain/stream.ts'
import { standingOf } from '../people/standing.ts'
import { aboutPromotion } from '../promotions/story/about-promotion.ts'
import { NeverStored } from '../stories/never-stored.ts'
import { eventsAfter } from '../stories/read-story.ts'
import type { RecordedEvent, StoredCommand, StoryRules } from '../stories/story-rules.ts'
import { refusalOfReviewer } from './refusal-of-reviewer.ts'

interface Facts extends ReviewFacts {
  readonly destination: EnvironmentId
  readonly requester: PersonId
}

type State = ReviewState & { readonly facts: Facts }

/**
 * The override that a review is about, and every event so far.
 *
 * @throws NeverStored when the organization has no such review.
 */
async function loadReview(
  transaction: Transaction,
  stream: StreamReference,
): Promise<Story<Facts, ReviewEvent>> {
  const { organization } = stream
  const [row] = await transaction
    .select({
      promotion: overrideReview.promotion,
      revision: overrideReview.revision,
      override: overrideReview.id,
      overriddenBy: overrideReview.person,
      contributors: overrideReview.contributors,
      dueAt: overrideReview.dueAt,
      destination: promotionTable.destinationEnvironment,
      requester: promotionTable.requester,
    })
    .from(overrideReview)
    .innerJoin(
      promotionTable,
      and(
        eq(promotionTable.organization, overrideReview.organization),
        eq(promotionTable.id, overrideReview.promotion),
      ),
    )
    .where(
      and(
        eq(overrideReview.organization, organization),
        eq(overrideReview.id, identifier<DecisionId>(stream.id)),
      ),
    )
  if (row === undefined) throw new NeverStored('no such review was stored')
  return {
    facts: { ...row, organization, dueAt: instant(row.dueAt) },
    events: await eventsAfter<ReviewEvent>(transaction, stream, 0),
  }
}

async function authoriseReview(
  transaction: Transaction,
  { facts }: State,
  events: readonly ReviewEvent[],
  command: StoredCommand | null,
): Promise<Refusal | null> {
  for (const event of events) {
    if (event.type === 'overdue') {
      if (command !== null) return refused('forbidden', 'The workflow alone does this.')
      continue
    }
    if (command === null || command.claim.person !== event.person) {
      return refused('forbidden', 'Only the person who asked for it does this.')
    }
    const standing = await standingOf(transaction, command.actor, facts.destination)
    const refusal = await refusalOfReviewer(transaction, facts, standing)
    if (refusal !== null) return refusal
  }
  return null
}

async function projectReview(
  transaction: Transaction,
  { facts, phase }: State,
  events: readonly RecordedEvent<ReviewEvent>[],
  command: StoredCommand | null,
): Promise<void> {
  const { organization, override: review, overriddenBy, contributors } = facts
  for (const { event } of events) {
    if (event.type === 'overdue') continue
    if (command === null) throw new TypeError('a review is a command of a person')
    const { person, outcome, commentText } = event
    const given = { person, outcome, commentText, command: command.claim.id }
    await insertRows(transaction, overrideReviewOutcome, [
      { organization, review, overriddenBy, contributors, ...given },
    ])
  }
  await transaction
    .update(overrideReview)
    .set({ state: phase })
    .where(and(eq(overrideReview.organization, organization), eq(overrideReview.id, review)))
}

/** How the story of a review is recorded. */
export const reviewRules: StoryRules<Facts, ReviewEvent, State> = {
  load: loadReview,
  begin: (facts) => ({ ...pendingReview(facts), facts }),
  evolve: (state, recorded) => ({ ...evolveReview(state, recorded), facts: state.facts }),
  authorise: authoriseReview,
  project: projectReview,
  about: ({ facts }, command) => aboutPromotion(facts, command),
}
