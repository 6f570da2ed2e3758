import type { StorePool } from '../../db/pool.ts'
import { instant } from '../../domain/identifiers.ts'
import { decide } from '../../domain/promotion/decide.ts'
import { personalPromotionCommand } from '../../domain/promotion/parse-claim.ts'
import { isFinished } from '../../domain/promotion/state.ts'
import { parseReview } from '../../domain/review/parse-claim.ts'
import { decideReview } from '../../domain/review/review.ts'
import { decideRollout } from '../../domain/rollout/decide.ts'
import { personalRolloutCommand } from '../../domain/rollout/parse-claim.ts'
import { hasEnded } from '../../domain/rollout/rollout.ts'
import { type CommandClaim, type Outcome, refused, type StreamReference } from '../../domain/stream.ts'
import { promotionRules } from '../promotions/story/promotion-rules.ts'
import { reviewRules } from '../reviews/review-rules.ts'
import { rolloutRules } from '../rollouts/rollout-rules.ts'
import { openStory } from '../stories/open-story.ts'
import { record } from '../stories/record.ts'
import type { StoryRules } from '../stories/story-rules.ts'

const unknown = refused('illegal-state', 'There is no such command.')

async function answerBy<
  Facts,
  Event extends { readonly type: string },
  State extends { readonly seq: number },
>(
  control: StorePool,
  rules: StoryRules<Facts, Event, State>,
  stream: StreamReference,
  claim: CommandClaim,
  hasEnded: (state: State) => boolean,
  decideClaim: (state: State) => Outcome<Event>,
): Promise<boolean> {
  const { facts, events } = await openStory(control, rules, stream)
  const state = events.reduce(rules.evolve, rules.begin(facts))
  if (!hasEnded(state)) return false
  await record(control, rules, {
    stream,
    expectedSeq: state.seq,
    command: claim.id,
    claim,
    outcome: decideClaim(state),
  })
  return true
}

/**
 * Answers a command whose story has ended, and whose workflow therefore hears no more, by the same rules. False when the
 * story goes on and the workflow is to be asked.
 */
export async function answerEndedStory(
  control: StorePool,
  stream: StreamReference,
  claim: CommandClaim,
): Promise<boolean> {
  switch (stream.kind) {
    case 'promotion':
      return answerBy(
        control,
        promotionRules,
        stream,
        claim,
        ({ phase }) => isFinished(phase),
        (state) => {
          const command = personalPromotionCommand(claim)
          return command === undefined ? unknown : decide(state, command)
        },
      )
    case 'rollout':
      return answerBy(control, rolloutRules, stream, claim, hasEnded, (state) => {
        const command = personalRolloutCommand(claim, instant(Date.now()))
        return command === undefined ? unknown : decideRollout(state, command)
      })
    case 'review':
      return answerBy(
        control,
        reviewRules,
        stream,
        claim,
        ({ phase }) => phase === 'reviewed',
        (state) => {
          const command = parseReview(claim)
          return command === undefined ? unknown : decideReview(state, command)
        },
      )
    case 'production-command':
      return false
  }
}
