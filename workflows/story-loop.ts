import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow'
import type {
  Answer,
  CommandClaim,
  Outcome,
  Receipt,
  Recorded,
  RecordRequest,
  Refusal,
  StreamReference,
} from '../src/domain/stream.ts'
import { commandUpdate, lookAgainSignal, stateQuery } from './messages.ts'

type Recorder<Event> = (request: RecordRequest<Event>) => Promise<Receipt<Event>>

/** What differs between the stories that workflows drive. */
export interface StoryDriver<State extends { readonly seq: number }, Event, OwnCommand> {
  readonly stream: StreamReference
  /** Folds the events so far, asked of the database. */
  open(): Promise<State>
  evolve(state: State, recorded: Recorded<Event>): State
  decideOwn(state: State, command: OwnCommand): Outcome<Event>
  decideClaim(state: State, claim: CommandClaim): Outcome<Event> | undefined
  recordOwn: Recorder<Event>
  recordAsked: Recorder<Event>
  revision(state: State): number
  isFinished(state: State): boolean
}

interface Waiting {
  readonly claim: CommandClaim
  answer: Answer | undefined
}

/** One running story: its state, its next own step, and the commands that people sent meanwhile. */
export interface RunningStory<State, OwnCommand> {
  readonly state: State
  /** Takes a step of the workflow's own. After a refusal it attends to people for a while, so that it can be tried again. */
  step(name: string, command: OwnCommand): Promise<Answer>
  /** Answers a command; true when one came, false when the time was up or somebody said to look again. */
  attend(untilMilliseconds: number | null): Promise<boolean>
}

// Only where people are waited for: the next run asks the database for everything again.
async function continueWhereHistoryIsLong(stream: StreamReference, came: () => boolean): Promise<void> {
  if (!workflowInfo().continueAsNewSuggested || came()) return
  await condition(allHandlersFinished)
  if (!came()) await continueAsNew<(input: StreamReference) => Promise<unknown>>(stream)
}

/**
 * Drives a story: registers the handlers, folds what the database holds, and repeats `next` until it is finished. One
 * command at a time is decided and recorded, whoever it comes from, so that no two decisions rest on the same state.
 */
export async function driveStory<State extends { readonly seq: number }, Event, OwnCommand>(
  driver: StoryDriver<State, Event, OwnCommand>,
  next: (story: RunningStory<State, OwnCommand>) => Promise<void>,
): Promise<State> {
  const { stream } = driver
  const queue: Waiting[] = []
  const attempts = new Map<string, number>()
  let state: State | undefined
  let lookAgain = false

  setHandler(stateQuery, () => state)
  setHandler(lookAgainSignal, () => {
    lookAgain = true
  })
  setHandler(
    commandUpdate,
    async (claim) => {
      const waiting: Waiting = { claim, answer: undefined }
      queue.push(waiting)
      await condition(() => waiting.answer !== undefined)
      if (waiting.answer === undefined) throw ApplicationFailure.nonRetryable('no answer', 'no-answer')
      return waiting.answer
    },
    {
      // Passes until the state is loaded: what is legal is not known before.
      validator: (claim) => {
        if (state === undefined) return
        if (driver.isFinished(state)) {
          throw ApplicationFailure.nonRetryable('The story has ended.', 'illegal-state')
        }
        if (driver.decideClaim(state, claim) === undefined) {
          throw ApplicationFailure.nonRetryable('There is no such command.', 'unknown-command')
        }
      },
    },
  )

  async function settle(
    current: State,
    decide: (state: State) => Outcome<Event>,
    recorder: Recorder<Event>,
    command: string,
    claim: CommandClaim | null,
  ): Promise<readonly [State, Answer]> {
    let latest = current
    for (;;) {
      const outcome = decide(latest)
      const receipt = await recorder({ stream, expectedSeq: latest.seq, command, claim, outcome })
      latest = receipt.events.reduce(driver.evolve, latest)
      if (receipt.answer !== null) return [latest, receipt.answer]
      if (receipt.tooEarlyMilliseconds > 0) await sleep(receipt.tooEarlyMilliseconds)
    }
  }

  state = await driver.open()

  const story: RunningStory<State, OwnCommand> = {
    get state() {
      if (state === undefined) throw new TypeError('the story has not been opened')
      return state
    },
    async step(name, command) {
      // What was accepted moved the story on, also for the run that continues this one: its attempts begin anew.
      const place = `${driver.revision(this.state)}/${this.state.seq}`
      const step = `${place}/${name}`
      const attempt = (attempts.get(step) ?? 0) + 1
      attempts.set(step, attempt)
      const [after, answer] = await settle(
        this.state,
        (latest) => driver.decideOwn(latest, command),
        driver.recordOwn,
        `${place}.${attempt}/${name}`,
        null,
      )
      state = after
      if (answer.outcome === 'refused') await this.attend(Math.min(250 * 2 ** attempt, 60_000))
      return answer
    },
    async attend(untilMilliseconds) {
      const came = () => queue.length > 0 || lookAgain
      if (untilMilliseconds === null || untilMilliseconds > 1_000)
        await continueWhereHistoryIsLong(stream, came)
      if (untilMilliseconds === null) await condition(came)
      else if (untilMilliseconds > 0) await condition(came, untilMilliseconds)
      // The timer and a command may come in one activation: the queue tells, not who won.
      lookAgain = false
      const waiting = queue.shift()
      if (waiting === undefined) return false
      const { claim } = waiting
      const unknown: Refusal = { kind: 'refused', code: 'illegal-state', detail: 'There is no such command.' }
      const [after, answer] = await settle(
        this.state,
        (latest) => driver.decideClaim(latest, claim) ?? unknown,
        driver.recordAsked,
        claim.id,
        claim,
      )
      state = after
      waiting.answer = answer
      return true
    },
  }

  while (!driver.isFinished(story.state)) {
    while (queue.length > 0) await story.attend(0)
    if (driver.isFinished(story.state)) break
    await next(story)
  }
  // Whoever asked while the story ended still gets an answer, and it is recorded.
  while (queue.length > 0) await story.attend(0)
  await condition(allHandlersFinished)
  return story.state
}
