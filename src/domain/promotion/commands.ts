import type { CommandId, DecisionId, Digest, Instant, PersonId, TextId } from '../identifiers.ts'
import type { LandedItem, PlanSummary } from './events.ts'
import type { Verdict } from './state.ts'

/** Asked by a person. `groups` are the approver groups the API saw them in; the database looks again. */
export type PersonalPromotionCommand =
  | {
      readonly kind: 'decide'
      readonly id: CommandId
      readonly person: PersonId
      readonly decision: DecisionId
      readonly verdict: Verdict
      readonly planDigest: Digest
      /** The step the person means; without it, the one that waits. */
      readonly step: number | null
      readonly groups: readonly string[]
      readonly commentText: TextId
      readonly printedNameText: TextId
    }
  | {
      readonly kind: 'withdraw'
      readonly id: CommandId
      readonly person: PersonId
      readonly reasonText: TextId
    }

/** What production answered to an act. */
export type LandingResult =
  | { readonly kind: 'landed'; readonly items: readonly LandedItem[] }
  | { readonly kind: 'refused'; readonly code: string }

/** The workflow's own next steps, with what it learned before taking them. `now` is the workflow's clock. */
export type OwnPromotionCommand =
  | { readonly kind: 'start-preflight' }
  | { readonly kind: 'plan'; readonly plan: PlanSummary; readonly now: Instant }
  | { readonly kind: 'expire' }
  | { readonly kind: 'authorize'; readonly lapsed: readonly DecisionId[] }
  | { readonly kind: 'land'; readonly result: LandingResult }
  | { readonly kind: 'publish'; readonly items: readonly LandedItem[] }
  | { readonly kind: 'compensate'; readonly result: 'discarded' | 'stuck' }

export type PromotionCommand = PersonalPromotionCommand | OwnPromotionCommand
