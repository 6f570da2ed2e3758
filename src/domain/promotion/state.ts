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
import type { PolicyRule } from '../policy/policy.ts'

/** Where a promotion stands, as people read it. */
export type PromotionPhase =
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
  readonly verdict: Verdict
}

/** What never changes about a promotion: the request, and the rule it was routed by. */
export interface PromotionFacts {
  readonly organization: OrganizationId
  readonly promotion: PromotionId
  readonly source: EnvironmentId
  readonly destination: EnvironmentId
  /** Names of the stores of both, by which their workers' queues go; the shared ones when left out. */
  readonly sourceStore?: string
  readonly destinationStore?: string
  readonly requester: PersonId
  readonly rule: PolicyRule
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
  /** Decisions on the current revision that were not taken back. */
  readonly decisions: readonly CountedDecision[]
  readonly expiresAt: Instant | null
  readonly landed: boolean
  /** Why it failed or is being undone. */
  readonly failure: string | null
}

/** A promotion before its first event. */
export function requestedPromotion(facts: PromotionFacts): PromotionState {
  return Object.freeze({
    facts,
    phase: 'requested',
    seq: 0,
    revision: 1,
    step: 0,
    steps: [],
    items: [],
    contributors: [],
    planDigest: null,
    decisions: [],
    expiresAt: null,
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
