import { parseReview } from '../src/domain/review/parse-claim.ts'
import {
  decideReview,
  evolveReview,
  pendingReview,
  type ReviewCommand,
  type ReviewEvent,
  type ReviewState,
} from '../src/domain/review/review.ts'
import { unreachable } from '../src/domain/stream.ts'
import { asked, ownStep } from './activities.ts'
import type { WorkflowInput } from './messages.ts'
import { driveStory, type RunningStory, type StoryDriver } from './story-loop.ts'

type Story = RunningStory<ReviewState, ReviewCommand>

function driverOf(stream: WorkflowInput): StoryDriver<ReviewState, ReviewEvent, ReviewCommand> {
  return {
    stream,
    async open() {
      const { facts, events } = await ownStep.openReview(stream)
      return events.reduce(evolveReview, pendingReview(facts))
    },
    evolve: evolveReview,
    decideOwn: decideReview,
    decideClaim(state, claim) {
      const command = parseReview(claim)
      return command && decideReview(state, command)
    },
    recordOwn: (request) => ownStep.recordReview(request),
    recordAsked: (request) => asked.recordReview(request),
    revision: (state) => state.facts.revision,
    isFinished: ({ phase }) => phase === 'reviewed',
  }
}

async function next(story: Story): Promise<void> {
  const { phase, facts } = story.state
  switch (phase) {
    case 'pending': {
      const due = Date.parse(facts.dueAt)
      const came = await story.attend(Math.max(0, due - Date.now()))
      if (!came && Date.now() >= due) await story.step('miss-deadline', { kind: 'miss-deadline' })
      return
    }
    case 'overdue':
      await story.attend(null)
      return
    case 'reviewed':
      return
    default:
      return unreachable(phase)
  }
}

/** Waits until somebody reviews an override, says so once the deadline is missed, and goes on waiting. */
export async function reviewWorkflow(stream: WorkflowInput): Promise<ReviewState['phase']> {
  const state = await driveStory(driverOf(stream), next)
  return state.phase
}
