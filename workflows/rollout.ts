import { CancellationScope } from '@temporalio/workflow'
import { parseActivation } from '../src/domain/rollout/parse-claim.ts'
import {
  decideRollout,
  evolveRollout,
  isLeftToThePlan,
  pendingRollout,
  type RolloutCommand,
  type RolloutEvent,
  type RolloutState,
} from '../src/domain/rollout/rollout.ts'
import { unreachable } from '../src/domain/stream.ts'
import { asked, ownStep, preflight, productionOf } from './activities.ts'
import type { WorkflowInput } from './messages.ts'
import { driveStory, type RunningStory, type StoryDriver } from './story-loop.ts'

type Story = RunningStory<RolloutState, RolloutCommand>

function driverOf(stream: WorkflowInput): StoryDriver<RolloutState, RolloutEvent, RolloutCommand> {
  return {
    stream,
    async open() {
      const { facts, events } = await ownStep.openRollout(stream)
      return events.reduce(evolveRollout, pendingRollout(facts))
    },
    evolve: evolveRollout,
    decideOwn: decideRollout,
    decideClaim(state, claim) {
      const command = parseActivation(claim)
      return command && decideRollout(state, command)
    },
    recordOwn: (request) => ownStep.recordRollout(request),
    recordAsked: (request) => asked.recordRollout(request),
    revision: (state) => state.facts.revision,
    isFinished: ({ phase }) => phase === 'active' || phase === 'failed',
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
      await story.step('activate', { kind: 'finish-activation', failure })
      return
    }
    case 'active':
    case 'failed':
      return
    default:
      return unreachable(phase)
  }
}

/** Takes a landed promotion live: at once where the signed plan lets it, and otherwise when a person asks for it. */
export async function rolloutWorkflow(stream: WorkflowInput): Promise<RolloutState['phase']> {
  const state = await driveStory(driverOf(stream), next)
  return state.phase
}
