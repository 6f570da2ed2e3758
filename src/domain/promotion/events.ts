import type { AssetId, DecisionId, Digest, Instant, PersonId, TextId } from '../identifiers.ts'
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
}

export interface LandedItem {
  readonly position: number
  readonly target: AssetId
  readonly version: number
  readonly digest: Digest
}

/** What happened to a promotion. Ids, digests and instants only: no content and no free text. */
export type PromotionEvent =
  | { readonly type: 'preflight-started'; readonly revision: number }
  | { readonly type: 'planned'; readonly plan: PlanSummary; readonly expiresAt: Instant }
  | { readonly type: 'blocked'; readonly plan: PlanSummary; readonly expiresAt: Instant }
  | {
      readonly type: 'decided'
      readonly decision: DecisionId
      readonly person: PersonId
      readonly step: number
      readonly verdict: Verdict
      readonly planDigest: Digest
      readonly commentText: TextId
      readonly printedNameText: TextId
    }
  | { readonly type: 'step-completed'; readonly step: number }
  | { readonly type: 'approved'; readonly planDigest: Digest }
  | { readonly type: 'approvals-lapsed'; readonly decisions: readonly DecisionId[] }
  | { readonly type: 'rejected'; readonly decision: DecisionId }
  | { readonly type: 'changes-requested'; readonly decision: DecisionId }
  | { readonly type: 'withdrawn'; readonly person: PersonId; readonly reasonText: TextId }
  | { readonly type: 'expired' }
  | { readonly type: 'authorized'; readonly revision: number; readonly planDigest: Digest }
  | { readonly type: 'landed'; readonly items: readonly LandedItem[] }
  | { readonly type: 'promoted'; readonly items: readonly LandedItem[] }
  | { readonly type: 'compensating'; readonly failure: string }
  | { readonly type: 'failed'; readonly failure: string }
  | { readonly type: 'compensation-stuck'; readonly failure: string }
