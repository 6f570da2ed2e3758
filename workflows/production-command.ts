import { CancellationScope } from '@temporalio/workflow'
import {
  decideProductionCommand,
  evolveProductionCommand,
  type ProductionCommandEvent,
  type ProductionCommandState,
  type ProductionCommandStep,
  requestedProductionCommand,
} from '../src/domain/production-command/production-command.ts'
import { unreachable } from '../src/domain/stream.ts'
import { asked, ownStep, productionOf } from './activities.ts'
import type { WorkflowInput } from './messages.ts'
import { driveStory, type RunningStory, type StoryDriver } from './story-loop.ts'

type Story = RunningStory<ProductionCommandState, ProductionCommandStep>

function driverOf(
  stream: WorkflowInput,
): StoryDriver<ProductionCommandState, ProductionCommandEvent, ProductionCommandStep> {
  return {
    stream,
    async open() {
      const { facts, events } = await ownStep.openProductionCommand(stream)
      return events.reduce(evolveProductionCommand, requestedProductionCommand(facts))
    },
    evolve: evolveProductionCommand,
    decideOwn: decideProductionCommand,
    decideClaim: () => undefined,
    recordOwn: (request) => ownStep.recordProductionCommand(request),
    recordAsked: (request) => asked.recordProductionCommand(request),
    revision: () => 1,
    isFinished: ({ phase }) => phase === 'performed' || phase === 'refused',
  }
}

async function next(stream: WorkflowInput, story: Story): Promise<void> {
  const { phase, facts } = story.state
  switch (phase) {
    case 'requested': {
      const answer = await story.step('authorize', { kind: 'authorize' })
      if (answer.outcome === 'refused') await story.step('refuse', { kind: 'refuse', failure: answer.code })
      return
    }
    case 'authorized': {
      const production = productionOf(facts.store)
      const result = await CancellationScope.nonCancellable(() => production.perform(stream))
      await story.step('perform', { kind: 'perform', result })
      return
    }
    case 'performed':
    case 'refused':
      return
    default:
      return unreachable(phase)
  }
}

/** One act in production outside a promotion: allowed, carried out by production's worker, recorded. */
export async function productionCommandWorkflow(
  stream: WorkflowInput,
): Promise<ProductionCommandState['phase']> {
  const state = await driveStory(driverOf(stream), (story) => next(stream, story))
  return state.phase
}
