import type { StorePool } from '../src/db/pool.ts'
import { findLandedAssets } from '../src/services/drift/find-landed-assets.ts'
import { recordDrift } from '../src/services/drift/record-drift.ts'
import { productionCommandRules } from '../src/services/production-commands/production-command-rules.ts'
import { type AskingChecks, askChecks } from '../src/services/promotions/preflight/checks/ask-checks.ts'
import { draftPlan } from '../src/services/promotions/preflight/draft-plan.ts'
import { planTargets } from '../src/services/promotions/preflight/plan-targets.ts'
import { promotionRules } from '../src/services/promotions/story/promotion-rules.ts'
import { reassess } from '../src/services/promotions/story/reassess.ts'
import { reviewRules } from '../src/services/reviews/review-rules.ts'
import { findActivationHindrances } from '../src/services/rollouts/find-activation-hindrances.ts'
import { rolloutRules } from '../src/services/rollouts/rollout-rules.ts'
import { openStory } from '../src/services/stories/open-story.ts'
import { record } from '../src/services/stories/record.ts'
import type { ControlActivities } from '../workflows/ports.ts'
import { beating } from './beating.ts'
import { guarded, type OnActivityError } from './guarded.ts'

/** The activities of queue `control`, over the pool of login `worker_control`; checks outside are asked by it alone. */
export function createControlActivities(
  control: StorePool,
  checks: Omit<AskingChecks, 'control'>,
  onError: OnActivityError,
): ControlActivities {
  return guarded<ControlActivities>(
    {
      openPromotion: (stream) => openStory(control, promotionRules, stream),
      openReview: (stream) => openStory(control, reviewRules, stream),
      openRollout: (stream) => openStory(control, rolloutRules, stream),
      openProductionCommand: (stream) => openStory(control, productionCommandRules, stream),
      recordPromotion: (request) => record(control, promotionRules, request),
      recordReview: (request) => record(control, reviewRules, request),
      recordRollout: (request) => record(control, rolloutRules, request),
      recordProductionCommand: (request) => record(control, productionCommandRules, request),
      findPlanTargets: (reference) => planTargets(control, reference),
      askChecks: (reference, baselines) =>
        beating(() => askChecks({ control, ...checks }, reference, baselines)),
      draftPlan: (reference, baselines) => draftPlan(control, reference, baselines),
      reassess: (reference, baselines) => reassess(control, reference, baselines),
      findActivationHindrances: (reference, baselines) =>
        findActivationHindrances(control, reference, baselines),
      findLandedAssets: (cursor) => findLandedAssets(control, cursor),
      recordDrift: (organization, compared) => recordDrift(control, organization, compared),
    },
    onError,
  )
}
