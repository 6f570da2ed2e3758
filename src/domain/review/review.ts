import type {
  CommandId,
  DecisionId,
  Instant,
  OrganizationId,
  PersonId,
  PromotionId,
  TextId,
} from '../identifiers.ts'
import { accepted, type Outcome, type Recorded, type Refusal, refused, unreachable } from '../stream.ts'

/** Where the review of an override stands: it waits, waits past its deadline, or is over. */
export type ReviewPhase = 'pending' | 'overdue' | 'reviewed'

/** Whether the reviewer finds that standing in for the quorum was right. */
export type ReviewOutcome = 'upheld' | 'objected'

/** What never changes about a review: which override it is about, and by when it is due. */
export interface ReviewFacts {
  readonly organization: OrganizationId
  readonly promotion: PromotionId
  readonly revision: number
  /** The decision by which somebody stood in for the quorum. */
  readonly override: DecisionId
  readonly overriddenBy: PersonId
  /** Of the plan that was overridden. */
  readonly contributors: readonly PersonId[]
  readonly dueAt: Instant
}

export interface ReviewState {
  readonly facts: ReviewFacts
  readonly phase: ReviewPhase
  readonly seq: number
}

export type ReviewCommand =
  | {
      readonly kind: 'review-override'
      readonly id: CommandId
      readonly person: PersonId
      readonly outcome: ReviewOutcome
      readonly commentText: TextId
    }
  | { readonly kind: 'miss-deadline' }

/** What happened to a review. Ids and instants only: the comment stands in the erasable side table. */
export type ReviewEvent =
  | {
      readonly type: 'reviewed'
      readonly override: DecisionId
      readonly person: PersonId
      readonly outcome: ReviewOutcome
      readonly commentText: TextId
    }
  | { readonly type: 'overdue'; readonly override: DecisionId; readonly dueAt: Instant }

/** A review before its first event. */
export function pendingReview(facts: ReviewFacts): ReviewState {
  return Object.freeze({ facts, phase: 'pending', seq: 0 })
}

/** What keeps somebody from reviewing an override, whatever rights they hold; null when nothing does. */
export function refusalToReview(
  { overriddenBy, contributors }: Pick<ReviewFacts, 'overriddenBy' | 'contributors'>,
  person: PersonId,
): Refusal | null {
  if (person === overriddenBy) {
    return refused(
      'not-eligible',
      'Whoever stood in for those who have to sign is reviewed by somebody else.',
    )
  }
  if (!contributors.includes(person)) return null
  return refused(
    'contributor-may-not-decide',
    'Who requested or edited what was promoted does not review that it was let through.',
  )
}

/** What a command comes to in this state. Pure. */
export function decideReview(state: ReviewState, command: ReviewCommand): Outcome<ReviewEvent> {
  const { facts, phase } = state
  const { override, dueAt } = facts
  switch (command.kind) {
    case 'review-override': {
      if (phase === 'reviewed')
        return refused('illegal-state', 'This override has been reviewed: it is, once.')
      const { person, outcome, commentText } = command
      const refusal = refusalToReview(facts, person)
      return refusal ?? accepted([{ type: 'reviewed', override, person, outcome, commentText }])
    }
    case 'miss-deadline':
      return phase === 'pending'
        ? accepted([{ type: 'overdue', override, dueAt }], { notBefore: dueAt })
        : refused('illegal-state', 'No review waits for its deadline.')
    default:
      return unreachable(command)
  }
}

function phaseAfter(event: ReviewEvent): ReviewPhase {
  switch (event.type) {
    case 'reviewed':
      return 'reviewed'
    case 'overdue':
      return 'overdue'
    default:
      return unreachable(event)
  }
}

/**
 * The state after one more event.
 *
 * @throws RangeError when the event's number is not the next one.
 */
export function evolveReview(state: ReviewState, { seq, event }: Recorded<ReviewEvent>): ReviewState {
  if (seq !== state.seq + 1) throw new RangeError(`event ${seq} does not follow event ${state.seq}`)
  return Object.freeze({ ...state, phase: phaseAfter(event), seq })
}
