import type { CommandId, DecisionId, Digest, Instant, PersonId, TextId } from '../identifiers.ts'
import type { LandedItem, PlanSummary } from './events.ts'
import type { ExternalVerdict } from './external-verdict.ts'
import type { Verdict } from './state.ts'

interface Personal<Kind extends string> {
  readonly kind: Kind
  readonly id: CommandId
  readonly person: PersonId
}

/** What a person signs: the plan they read, in which groups' name, under which name, with which words. */
interface Signature {
  readonly decision: DecisionId
  readonly planDigest: Digest
  /** Groups that the API saw them in, their own and those they stand in for; the database looks again. */
  readonly groups: readonly string[]
  /** Whom they stand in for, as the API saw it; nobody where left out. */
  readonly standsInFor?: readonly PersonId[]
  readonly commentText: TextId
  readonly printedNameText: TextId
}

export interface DecideCommand extends Personal<'decide'>, Signature {
  readonly verdict: Verdict
  /** The step the person means; without it, the one that waits. */
  readonly step: number | null
}

/** Stands in for the quorum in an emergency; the comment is the reason. */
export interface OverrideCommand extends Personal<'override'>, Signature {}

/**
 * Brings the signed verdict of the system that an external step waits for. Its signature is what counts, so whoever
 * brings it decides nothing; the envelope stands in the control database.
 */
export interface DeliverVerdictCommand extends Personal<'deliver-verdict'> {
  readonly step: number
  readonly revision: number
  readonly planDigest: Digest
  readonly verdict: ExternalVerdict
  readonly envelope: Digest
}

export interface WithdrawDecisionCommand extends Personal<'withdraw-decision'> {
  readonly decision: DecisionId
}

/** A new revision; what it is about stands in the control database under the command's id. */
export interface ResubmitCommand extends Personal<'resubmit'> {
  readonly revision: number
  /** Of the request's document, as it is stored. */
  readonly request: Digest
  readonly reasonText: TextId
}

export interface ScheduleCommand extends Personal<'schedule'> {
  /** Null to land as soon as nothing else keeps it. */
  readonly notBefore: Instant | null
}

export interface ReasonedCommand<Kind extends 'withdraw' | 'abort'> extends Personal<Kind> {
  readonly reasonText: TextId
}

/** Asked by a person. */
export type PersonalPromotionCommand =
  | DecideCommand
  | OverrideCommand
  | WithdrawDecisionCommand
  | DeliverVerdictCommand
  | ResubmitCommand
  | ScheduleCommand
  | ReasonedCommand<'withdraw'>
  | ReasonedCommand<'abort'>
  | Personal<'submit'>
  | Personal<'retry'>

/** What production answered to an act. */
export type LandingResult =
  | { readonly kind: 'landed'; readonly items: readonly LandedItem[] }
  | { readonly kind: 'refused'; readonly code: string }

/** Why a promotion may not land yet. */
export type Hindrance = 'not-before' | 'window' | 'freeze' | 'organization-freeze'

/** Whether everything that was approved still holds, looked at anew before it lands. */
export interface Reassessment {
  /** Approvals whose person could not give them any more. */
  readonly lapsed: readonly DecisionId[]
  readonly hindrances: readonly Hindrance[]
  /** When the last of the hindrances ends, as far as that is known. */
  readonly opensAt: Instant | null
  /** What speaks against landing the approved plan at all. */
  readonly returned: 'target-moved' | 'newly-blocked' | null
}

/** The workflow's own next steps, with what it learned before taking them. `now` is the workflow's clock. */
export type OwnPromotionCommand =
  | { readonly kind: 'start-preflight' }
  | { readonly kind: 'plan'; readonly plan: PlanSummary; readonly now: Instant }
  | { readonly kind: 'remind' }
  | { readonly kind: 'escalate' }
  | { readonly kind: 'expire' }
  | { readonly kind: 'authorize'; readonly found: Reassessment }
  | { readonly kind: 'land'; readonly result: LandingResult }
  | { readonly kind: 'publish'; readonly items: readonly LandedItem[] }
  | { readonly kind: 'compensate'; readonly result: 'discarded' | 'stuck' }

export type PromotionCommand = PersonalPromotionCommand | OwnPromotionCommand
