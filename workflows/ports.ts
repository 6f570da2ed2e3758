import type { LastLanded, StandingAsset } from '../src/domain/drift/drift.ts'
import type { LandedPage, SweepCursor } from '../src/domain/drift/sweep.ts'
import type { AssetId, Digest, EnvironmentId, OrganizationId } from '../src/domain/identifiers.ts'
import type {
  ActResult,
  ProductionCommandEvent,
  ProductionCommandFacts,
} from '../src/domain/production-command/production-command.ts'
import type { LandingResult, Reassessment } from '../src/domain/promotion/commands.ts'
import type { PlanSummary, PromotionEvent } from '../src/domain/promotion/events.ts'
import type { RevisionReference } from '../src/domain/promotion/revision.ts'
import type { PromotionFacts } from '../src/domain/promotion/state.ts'
import type { ReviewEvent, ReviewFacts } from '../src/domain/review/review.ts'
import type { ActivationHindrance } from '../src/domain/rollout/automatic.ts'
import type { RollbackResult } from '../src/domain/rollout/decide.ts'
import type { RolloutEvent, RolloutFacts } from '../src/domain/rollout/rollout.ts'
import type { Receipt, RecordRequest, Story, StreamReference } from '../src/domain/stream.ts'

/** A production asset's newest version, as production answers it. */
export interface BaselineAnswer {
  readonly asset: AssetId
  readonly environment: EnvironmentId
  readonly type: string
  readonly version: number
  readonly digest: Digest
  /** SHA-256 of the place of each secret that it holds a value for: a place may hold names of members. */
  readonly sealed: readonly Digest[]
}

/** On queue `control`. */
export interface ControlActivities {
  openPromotion(stream: StreamReference): Promise<Story<PromotionFacts, PromotionEvent>>
  openReview(stream: StreamReference): Promise<Story<ReviewFacts, ReviewEvent>>
  openRollout(stream: StreamReference): Promise<Story<RolloutFacts, RolloutEvent>>
  openProductionCommand(
    stream: StreamReference,
  ): Promise<Story<ProductionCommandFacts, ProductionCommandEvent>>
  recordPromotion(request: RecordRequest<PromotionEvent>): Promise<Receipt<PromotionEvent>>
  recordReview(request: RecordRequest<ReviewEvent>): Promise<Receipt<ReviewEvent>>
  recordRollout(request: RecordRequest<RolloutEvent>): Promise<Receipt<RolloutEvent>>
  recordProductionCommand(
    request: RecordRequest<ProductionCommandEvent>,
  ): Promise<Receipt<ProductionCommandEvent>>
  findPlanTargets(reference: RevisionReference): Promise<readonly AssetId[]>
  /** Null while the rule that routes the revision names a check that was not asked. */
  draftPlan(reference: RevisionReference, baselines: readonly BaselineAnswer[]): Promise<PlanSummary | null>
  askChecks(reference: RevisionReference, baselines: readonly BaselineAnswer[]): Promise<void>
  reassess(reference: RevisionReference, baselines: readonly BaselineAnswer[]): Promise<Reassessment>
  findActivationHindrances(
    reference: RevisionReference,
    baselines: readonly BaselineAnswer[],
  ): Promise<readonly ActivationHindrance[]>
  findLandedAssets(cursor: SweepCursor | null): Promise<LandedPage | null>
  recordDrift(
    organization: OrganizationId,
    compared: readonly { readonly landed: LastLanded; readonly standing: StandingAsset }[],
  ): Promise<{ readonly drifted: number; readonly inSyncAgain: number }>
}

/** On the queue of the source environment's store, such as `staging`. */
export interface SourceActivities {
  freezePins(reference: RevisionReference): Promise<void>
}

/** On the queue of the destination's store, such as `production`. */
export interface ProductionActivities {
  readBaselines(organization: OrganizationId, assets: readonly AssetId[]): Promise<readonly BaselineAnswer[]>
  land(reference: RevisionReference): Promise<LandingResult>
  readBack(reference: RevisionReference): Promise<LandingResult>
  receive(reference: RevisionReference): Promise<void>
  discard(reference: RevisionReference): Promise<void>
  activate(reference: RevisionReference): Promise<ActResult>
  rollback(reference: RevisionReference): Promise<RollbackResult>
  perform(stream: StreamReference): Promise<ActResult>
  verifyAssets(asked: {
    readonly organization: OrganizationId
    readonly assets: readonly AssetId[]
  }): Promise<readonly StandingAsset[]>
}
