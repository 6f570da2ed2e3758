import type { AssetId, DecisionId, Digest, Instant, PersonId, TextId } from '../identifiers.ts'
import type { PolicyTerms } from '../policy/terms.ts'
import type { Hindrance } from './commands.ts'
import type { ExternalVerdict } from './external-verdict.ts'
import type { PlannedItem, PlannedStep, Verdict } from './state.ts'

/** The frozen plan of a revision, by digest and by what the rules need of it. */
export interface PlanSummary {
  readonly revision: number
  readonly planDigest: Digest
  readonly contributors: readonly PersonId[]
  readonly steps: readonly PlannedStep[]
  readonly items: readonly PlannedItem[]
  /** How many findings block it. */
  readonly blockers: number
  readonly notBefore: Instant | null
  /** Of the policy's rule that it was routed by. */
  readonly terms: PolicyTerms
}

export interface LandedItem {
  readonly position: number
  readonly target: AssetId
  readonly version: number
  readonly digest: Digest
}

/** When people are due, as absolute instants that no restart moves. */
export interface Deadlines {
  readonly expiresAt: Instant
  readonly remindAt: readonly Instant[]
  readonly escalateAt: Instant | null
}

interface Signed {
  readonly decision: DecisionId
  readonly person: PersonId
  readonly step: number
  readonly planDigest: Digest
  /** Of the step's groups, those that the person signs for. */
  readonly groups: readonly string[]
  /** Whom they stand in for, where that is what they sign by. */
  readonly standsInFor?: readonly PersonId[]
  readonly commentText: TextId
  readonly printedNameText: TextId
}

/** What happened to a promotion. Ids, digests and instants only: no content and no free text. */
export type PromotionEvent =
  | { readonly type: 'submitted'; readonly person: PersonId }
  | { readonly type: 'preflight-started'; readonly revision: number }
  | ({ readonly type: 'planned' | 'blocked'; readonly plan: PlanSummary } & Deadlines)
  | ({ readonly type: 'decided'; readonly verdict: Verdict } & Signed)
  | {
      readonly type: 'external-verdict'
      readonly step: number
      readonly verdict: ExternalVerdict
      readonly planDigest: Digest
      /** Of the signed envelope, as it is stored. */
      readonly envelope: Digest
    }
  | { readonly type: 'decision-withdrawn'; readonly decision: DecisionId; readonly person: PersonId }
  | ({ readonly type: 'overridden'; readonly reviewWithin: string } & Signed)
  | { readonly type: 'step-completed'; readonly step: number }
  | { readonly type: 'approved'; readonly planDigest: Digest }
  | { readonly type: 'approvals-lapsed'; readonly decisions: readonly DecisionId[] }
  | { readonly type: 'reminded'; readonly reminder: number }
  | { readonly type: 'escalated'; readonly group: string }
  | { readonly type: 'rejected'; readonly decision: DecisionId }
  /** By the system of an external step. */
  | { readonly type: 'rejected'; readonly step: number }
  | { readonly type: 'changes-requested'; readonly decision: DecisionId }
  | {
      readonly type: 'resubmitted'
      readonly revision: number
      readonly person: PersonId
      readonly request: Digest
      readonly reasonText: TextId
    }
  | { readonly type: 'withdrawn' | 'aborted'; readonly person: PersonId; readonly reasonText: TextId }
  | { readonly type: 'expired' }
  | { readonly type: 'rescheduled'; readonly person: PersonId; readonly notBefore: Instant | null }
  | {
      readonly type: 'scheduled'
      readonly hindrances: readonly Hindrance[]
      readonly opensAt: Instant | null
    }
  | { readonly type: 'returned'; readonly because: 'target-moved' | 'newly-blocked' }
  | {
      readonly type: 'authorized'
      readonly revision: number
      readonly planDigest: Digest
      readonly kind: 'quorum' | 'override'
    }
  | { readonly type: 'landed' | 'promoted'; readonly items: readonly LandedItem[] }
  | { readonly type: 'compensating' | 'failed' | 'compensation-stuck'; readonly failure: string }
  | { readonly type: 'compensation-retried'; readonly person: PersonId }
