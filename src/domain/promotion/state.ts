import type {
  AssetId,
  DecisionId,
  Digest,
  EnvironmentId,
  Instant,
  OrganizationId,
  PersonId,
  PromotionId,
} from '../identifiers.ts'
import type { PolicyTerms } from '../policy/terms.ts'
import type { Hindrance } from './commands.ts'

/** Where a promotion stands, as people read it. */
export type PromotionPhase =
  | 'draft'
  | 'requested'
  | 'preflight'
  | 'in_review'
  | 'awaiting_approval'
  | 'approved'
  | 'scheduled'
  | 'promoting'
  | 'promoted'
  | 'changes_requested'
  | 'rejected'
  | 'withdrawn'
  | 'expired'
  | 'compensating'
  | 'failed'
  | 'compensation_stuck'

export type Verdict = 'approve' | 'reject' | 'request-changes'

export interface PlannedStep {
  readonly position: number
  readonly name: string
  readonly kind: 'review' | 'approval' | 'external'
  readonly required: number
  readonly groups: readonly string[]
  readonly people: readonly PersonId[]
  /** Groups; one of those who sign has to be a member of one of them, unless it is empty. */
  readonly atLeastOneOf: readonly string[]
  /** By which the verdict of an external step is verified; no other step has one. */
  readonly publicKey?: string
}

export interface PlannedItem {
  readonly position: number
  readonly target: AssetId
  readonly digest: Digest
}

export interface CountedDecision {
  readonly id: DecisionId
  readonly person: PersonId
  readonly step: number
  readonly verdict: Verdict | 'override'
  /** Of the step's groups, those that the person signed for. */
  readonly groups: readonly string[]
  /** In whose place they signed as well; left out where there is nobody. */
  readonly standsInFor?: readonly PersonId[]
}

/** What never changes about a promotion. */
export interface PromotionFacts {
  readonly organization: OrganizationId
  readonly promotion: PromotionId
  readonly source: EnvironmentId
  readonly destination: EnvironmentId
  /** Names of the stores of both, by which their workers' queues go; the shared ones when left out. */
  readonly sourceStore?: string
  readonly destinationStore?: string
  readonly requester: PersonId
  /** Whether it was asked for as a draft, to be submitted later. */
  readonly draft: boolean
}

export interface PromotionState {
  readonly facts: PromotionFacts
  readonly phase: PromotionPhase
  /** Number of the newest event; 0 before the first. */
  readonly seq: number
  readonly revision: number
  /** Position of the step that waits for people; 0 when none does. */
  readonly step: number
  readonly steps: readonly PlannedStep[]
  readonly items: readonly PlannedItem[]
  readonly contributors: readonly PersonId[]
  readonly planDigest: Digest | null
  /** Of the policy's rule that the current plan was routed by. */
  readonly terms: PolicyTerms | null
  /** Decisions on the current revision that were not taken back. */
  readonly decisions: readonly CountedDecision[]
  /** Positions of the external steps whose systems approved the current plan. */
  readonly approvedSteps: readonly number[]
  readonly expiresAt: Instant | null
  /** Reminders that are still to come, in order. */
  readonly remindAt: readonly Instant[]
  readonly remindersSent: number
  /** When the stand-in group is asked too; null where that has happened or never will. */
  readonly escalateAt: Instant | null
  /** The stand-in group, once it was asked too. */
  readonly escalatedTo: string | null
  readonly notBefore: Instant | null
  /** What keeps an approved promotion from landing, and until when as far as that is known. */
  readonly hindrances: readonly Hindrance[]
  readonly opensAt: Instant | null
  /** Whether one person stood in for the quorum. */
  readonly overridden: boolean
  readonly landed: boolean
  /** Why it failed or is being undone. */
  readonly failure: string | null
}

/** A promotion before its first event. Frozen. */
export function requestedPromotion(facts: PromotionFacts): PromotionState {
  return Object.freeze({
    facts,
    phase: facts.draft ? 'draft' : 'requested',
    seq: 0,
    revision: 1,
    step: 0,
    steps: [],
    items: [],
    contributors: [],
    planDigest: null,
    terms: null,
    decisions: [],
    approvedSteps: [],
    expiresAt: null,
    remindAt: [],
    remindersSent: 0,
    escalateAt: null,
    escalatedTo: null,
    notBefore: null,
    hindrances: [],
    opensAt: null,
    overridden: false,
    landed: false,
    failure: null,
  })
}

const finishedPhases: ReadonlySet<PromotionPhase> = new Set([
  'promoted',
  'rejected',
  'withdrawn',
  'expired',
  'failed',
])

/** Whether nothing can happen to the promotion any more. */
export function isFinished(phase: PromotionPhase): boolean {
  return finishedPhases.has(phase)
}
