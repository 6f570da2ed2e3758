import type { PromotionEvent } from '../../../domain/promotion/events.ts'
import { evolve } from '../../../domain/promotion/evolve.ts'
import {
  type PromotionFacts,
  type PromotionState,
  requestedPromotion,
} from '../../../domain/promotion/state.ts'
import type { StoryRules } from '../../stories/story-rules.ts'
import { aboutPromotion } from './about-promotion.ts'
import { authorisePromotion } from './authorise-promotion.ts'
import { decisionDetails } from './decision-details.ts'
import { loadPromotion } from './load-promotion.ts'
import { projectPromotion } from './project-promotion.ts'

/** How a promotion's story is recorded. */
export const promotionRules: StoryRules<PromotionFacts, PromotionEvent, PromotionState> = {
  load: loadPromotion,
  begin: requestedPromotion,
  evolve,
  authorise: authorisePromotion,
  project: projectPromotion,
  besides: decisionDetails,
  about: ({ facts }, command) => aboutPromotion(facts, command),
}
