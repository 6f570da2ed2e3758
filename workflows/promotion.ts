import { ActivityFailure, ApplicationFailure, CancellationScope } from '@temporalio/workflow'
import { instant } from '../src/domain/identifiers.ts'
import { durationMilliseconds } from '../src/domain/policy/duration.ts'
import type { LandingResult, OwnPromotionCommand, Reassessment } from '../src/domain/promotion/commands.ts'
import { decide } from '../src/domain/promotion/decide.ts'
import type { PlanSummary, PromotionEvent } from '../src/domain/promotion/events.ts'
import { evolve } from '../src/domain/promotion/evolve.ts'
import { type NextStep, nextStep } from '../src/domain/promotion/next-step.ts'
import { personalPromotionCommand } from '../src/domain/promotion/parse-claim.ts'
import type { RevisionReference } from '../src/domain/promotion/revision.ts'
import { isFinished, type PromotionState, requestedPromotion } from '../src/domain/promotion/state.ts'
import { unreachable } from '../src/domain/stream.ts'
import {
  asked,
  compensationOf,
  outside,
  ownStep,
  preflight,
  productionOf,
  productionWithin,
  sourceOf,
} from './activities.ts'
import type { WorkflowInput } from './messages.ts'
import type { BaselineAnswer } from './ports.ts'
import { driveStory, type RunningStory, type StoryDriver } from './story-loop.ts'

type Story = RunningStory<PromotionState, OwnPromotionCommand>

function driverOf(stream: WorkflowInput): StoryDriver<PromotionState, PromotionEvent, OwnPromotionCommand> {
  return {
    stream,
    async open() {
      const { facts, events } = await ownStep.openPromotion(stream)
      return events.reduce(evolve, requestedPromotion(facts))
    },
    evolve,
    decideOwn: decide,
    decideClaim(state, claim) {
      const command = personalPromotionCommand(claim)
      return command && decide(state, command)
    },
    recordOwn: (request) => ownStep.recordPromotion(request),
    recordAsked: (request) => asked.recordPromotion(request),
    revision: (state) => state.revision,
    isFinished: (state) => isFinished(state.phase),
  }
}

function revisionOf({ facts, revision }: PromotionState): RevisionReference {
  return { organization: facts.organization, promotion: facts.promotion, revision }
}

// Which rule routes a revision is known by rendering it, so that drafting tells whether anybody has to be asked first.
async function draft(
  reference: RevisionReference,
  baselines: readonly BaselineAnswer[],
): Promise<PlanSummary> {
  for (;;) {
    const drafted = await preflight.draftPlan(reference, baselines)
    if (drafted !== null) return drafted
    await outside.askChecks(reference, baselines)
  }
}

async function plan(story: Story): Promise<void> {
  const reference = revisionOf(story.state)
  const { sourceStore, destinationStore } = story.state.facts
  await sourceOf(sourceStore).freezePins(reference)
  const targets = await preflight.findPlanTargets(reference)
  const baselines = await productionOf(destinationStore).readBaselines(reference.organization, targets)
  await story.step('plan', {
    kind: 'plan',
    plan: await draft(reference, baselines),
    now: instant(Date.now()),
  })
}

async function landWithin(
  reference: RevisionReference,
  milliseconds: number,
  store: string | undefined,
): Promise<LandingResult> {
  try {
    const landed = await productionWithin(milliseconds, store).land(reference)
    return landed.kind === 'landed' ? await productionOf(store).readBack(reference) : landed
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error
    const differ = error.cause instanceof ApplicationFailure && error.cause.type === 'AuthorizedBytesDiffer'
    return { kind: 'refused', code: differ ? 'authorized-bytes-differ' : 'landing-timed-out' }
  }
}

async function land(story: Story): Promise<void> {
  const { facts, terms } = story.state
  if (terms === null) throw new TypeError('what is promoted has been planned')
  const milliseconds = durationMilliseconds(terms.landWithin)
  const result = await landWithin(revisionOf(story.state), milliseconds, facts.destinationStore)
  await story.step('land', { kind: 'land', result })
}

async function publish(story: Story): Promise<void> {
  const reference = revisionOf(story.state)
  const production = productionOf(story.state.facts.destinationStore)
  await production.receive(reference)
  const stands = await production.readBack(reference)
  await story.step('publish', { kind: 'publish', items: stands.kind === 'landed' ? stands.items : [] })
}

// The discard was allowed before anything was undone: it is the compensation that `authorized` calls for.
async function compensate(story: Story): Promise<void> {
  try {
    await compensationOf(story.state.facts.destinationStore).discard(revisionOf(story.state))
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error
    await story.step('compensate', { kind: 'compensate', result: 'stuck' })
    return
  }
  await story.step('compensate', { kind: 'compensate', result: 'discarded' })
}

type Waiting = Extract<NextStep, { kind: 'wait' }>

async function wait(story: Story, { until, atEnd }: Waiting): Promise<void> {
  const milliseconds = until === null ? null : Math.max(0, Date.parse(until) - Date.now())
  const came = await story.attend(milliseconds)
  if (!came && until !== null && Date.now() >= Date.parse(until)) await story.step(atEnd, { kind: atEnd })
}

function isSame({ hindrances, opensAt }: PromotionState, found: Reassessment): boolean {
  return (
    found.lapsed.length === 0 &&
    found.returned === null &&
    found.hindrances.length > 0 &&
    found.opensAt === opensAt &&
    found.hindrances.join() === hindrances.join()
  )
}

async function authorize(story: Story): Promise<void> {
  const { facts, items, phase } = story.state
  const reference = revisionOf(story.state)
  const named = await preflight.findPlanTargets(reference)
  const targets = [...new Set([...named, ...items.map(({ target }) => target)])]
  const baselines = await productionOf(facts.destinationStore).readBaselines(facts.organization, targets)
  const found = await preflight.reassess(reference, baselines)
  if (phase === 'scheduled' && isSame(story.state, found)) return
  await story.step('authorize', { kind: 'authorize', found })
}

// Whoever edits a freeze or a calendar says so; should that get lost, the story looks by itself now and then.
const lookAgainAfter = 5 * 60_000

async function waitToLand(story: Story, until: string | null): Promise<void> {
  const left = until === null ? lookAgainAfter : Math.max(0, Date.parse(until) - Date.now())
  await story.attend(Math.min(left, lookAgainAfter))
  if (story.state.phase === 'scheduled') await authorize(story)
}

async function next(story: Story): Promise<void> {
  const step = nextStep(story.state)
  switch (step.kind) {
    case 'start-preflight':
      await story.step('preflight', { kind: 'start-preflight' })
      return
    case 'plan':
      return plan(story)
    case 'wait':
      return wait(story, step)
    case 'wait-to-land':
      return waitToLand(story, step.until)
    case 'authorize':
      return authorize(story)
    case 'land':
      return CancellationScope.nonCancellable(() => land(story))
    case 'publish':
      return CancellationScope.nonCancellable(() => publish(story))
    case 'compensate':
      return CancellationScope.nonCancellable(() => compensate(story))
    case 'finished':
      return
    default:
      return unreachable(step)
  }
}

/** Carries one promotion from its request to its end. The database holds the story; this drives it. */
export async function promotionWorkflow(stream: WorkflowInput): Promise<PromotionState['phase']> {
  const state = await driveStory(driverOf(stream), next)
  return state.phase
}
