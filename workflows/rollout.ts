import { CancellationScope } from '@temporalio/workflow'
import { instant } from '../src/domain/identifiers.ts'
import { decideRollout, type OwnRolloutCommand } from '../src/domain/rollout/decide.ts'
import { personalRolloutCommand } from '../src/domain/rollout/parse-claim.ts'
import {
  evolveRollout,
  hasEnded,
  isLeftToThePlan,
  pendingRollout,
  type RolloutEvent,
  type RolloutState,
} from '../src/domain/rollout/rollout.ts'
import { unreachable } from '../src/domain/stream.ts'
import { asked, ownStep, preflight, productionOf } from './activities.ts'
import type { WorkflowInput } from './messages.ts'
import { driveStory, type RunningStory, type StoryDriver } from './story-loop.ts'

type Story = RunningStory<RolloutState, OwnRolloutCommand>

function driverOf(stream: WorkflowInput): StoryDriver<RolloutState, RolloutEvent, OwnRolloutCommand> {
  return {
    stream,
    async open() {
      const { facts, events } = await ownStep.openRollout(stream)
      return events.reduce(evolveRollout, pendingRollout(facts))
    },
    evolve: evolveRollout,
    decideOwn: decideRollout,
    decideClaim(state, claim) {
      const command = personalRolloutCommand(claim, instant(Date.now()))
      return command && decideRollout(state, command)
    },
    recordOwn: (request) => ownStep.recordRollout(request),
    recordAsked: (request) => asked.recordRollout(request),
    revision: (state) => state.facts.revision,
    isFinished: hasEnded,
  }
}

async function activateByPlan(story: Story): Promise<void> {
  const { facts } = story.state
  const { organization, promotion, revision, destinationStore, targets = [] } = facts
  const baselines = await productionOf(destinationStore).readBaselines(organization, targets)
  const hindrances = await preflight.findActivationHindrances(
    { organization, promotion, revision },
    baselines,
  )
  await story.step('activate-by-plan', { kind: 'activate-by-plan', hindrances })
}

async function next(story: Story): Promise<void> {
  const { phase, facts } = story.state
  switch (phase) {
    case 'pending_activation':
      if (isLeftToThePlan(story.state)) return activateByPlan(story)
      await story.attend(null)
      return
    case 'activating': {
      const production = productionOf(facts.destinationStore)
      const result = await CancellationScope.nonCancellable(() => production.activate(facts))
      const failure = result.kind === 'performed' ? null : result.code
      await story.step('activate', { kind: 'finish-activation', failure, at: instant(Date.now()) })
      return
    }
    case 'active':
      await story.attend(null)
      return
    case 'rolling_back': {
      const production = productionOf(facts.destinationStore)
      const result = await CancellationScope.nonCancellable(() => production.rollback(facts))
      await story.step('rollback', { kind: 'finish-rollback', result })
      return
    }
    case 'live':
    case 'rolled_back':
    case 'failed':
      return
    default:
      return unreachable(phase)
  }
}

/**
 * Takes a landed promotion into use: at once where the signed plan lets it, and otherwise when a person asks for it. Then
 * people validate it, until one of them takes it live or back.
 */
export async function rolloutWorkflow(stream: WorkflowInput): Promise<RolloutState['phase']> {
  const state = await driveStory(driverOf(stream), next)
  return state.phase
}
