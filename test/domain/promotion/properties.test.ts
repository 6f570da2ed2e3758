import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PromotionCommand } from '../../../src/domain/promotion/commands.ts'
import { decide } from '../../../src/domain/promotion/decide.ts'
import type { PromotionEvent } from '../../../src/domain/promotion/events.ts'
import { evolve } from '../../../src/domain/promotion/evolve.ts'
import { nextStep } from '../../../src/domain/promotion/next-step.ts'
import {
  isFinished,
  type PromotionState,
  requestedPromotion,
  type Verdict,
} from '../../../src/domain/promotion/state.ts'
import {
  abort,
  approved,
  by,
  editor,
  external,
  facts,
  following,
  holds,
  landedItems,
  now,
  otherDigest,
  outcomeOf,
  override,
  own,
  plan,
  requester,
  resubmit,
  retry,
  reviewers,
  schedule,
  stateIn,
  step,
  submit,
  takeBack,
  verdictOn,
  watched,
  withdraw,
} from './sample-promotion.ts'

const person = fc.constantFrom(requester, editor, ...reviewers)
const verdict = fc.constantFrom<Verdict[]>(
  'approve',
  'approve',
  'approve',
  'approve',
  'reject',
  'request-changes',
)

const summary = fc
  .record({
    kinds: fc.array(fc.constantFrom('review', 'approval', 'approval', 'external'), {
      minLength: 1,
      maxLength: 3,
    }),
    required: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 3 }),
    blockers: fc.constantFrom(0, 0, 0, 1),
    contributors: fc.uniqueArray(person, { maxLength: 3 }),
  })
  .map(({ kinds, required, blockers, contributors }) => ({
    ...watched,
    contributors,
    blockers,
    steps: kinds.map((kind, place) =>
      kind === 'external' ? external(place + 1) : step(place + 1, required[place] ?? 1, { kind }),
    ),
  }))

const landed = fc.constantFrom(landedItems, landedItems.slice(1), [])

type Choice = (state: PromotionState) => PromotionCommand

const always =
  (command: PromotionCommand): Choice =>
  () =>
    command

const decision = fc
  .tuple(person, verdict, fc.boolean(), fc.option(fc.integer({ min: 1, max: 3 })))
  .map(([who, what, shown, at]): Choice => {
    return () => by(who, what, { planDigest: shown ? plan.planDigest : otherDigest, step: at })
  })
const approval = person.map(
  (who): Choice =>
    () =>
      by(who),
)
/** Of the open step or of any, of this plan or of another one. */
const delivery = fc
  .tuple(
    fc.option(fc.integer({ min: 1, max: 3 })),
    fc.constantFrom<('approved' | 'rejected')[]>('approved', 'approved', 'approved', 'rejected'),
    fc.constantFrom(plan.planDigest, plan.planDigest, otherDigest),
    fc.constantFrom(0, 0, 0, 1),
  )
  .map(([at, what, planDigest, off]): Choice => {
    return ({ step: open, revision }) => verdictOn(at ?? open, what, { planDigest, revision: revision + off })
  })
const planning = summary.map(
  (drafted): Choice =>
    ({ revision }) => ({ kind: 'plan', plan: { ...drafted, revision }, now }),
)
const personal: fc.Arbitrary<Choice> = fc
  .tuple(person, fc.constantFrom('emergency', 'approvers'), fc.constantFrom(1, 2))
  .chain(([who, group, next]) =>
    fc.constantFrom<Choice[]>(
      (state) => takeBack(who, state),
      () => override(who, { groups: [group] }),
      ({ revision }) => resubmit(revision + next),
      always(schedule('2026-12-01T00:00:00Z')),
      always(retry),
      always(submit),
    ),
  )
const landing = landed.map((items): Choice => always({ kind: 'land', result: { kind: 'landed', items } }))
/** What lapses is chosen among the decisions that stand when it comes to that. */
const authorizing = fc.array(fc.boolean(), { maxLength: 6 }).map((chosen): Choice => {
  return ({ decisions }) => ({
    kind: 'authorize',
    found: {
      ...holds,
      lapsed: decisions.filter((_, place) => chosen[place] === true).map(({ id }) => id),
    },
  })
})

const anything: fc.Arbitrary<Choice> = fc.oneof(
  { weight: 12, arbitrary: decision },
  { weight: 12, arbitrary: approval },
  { weight: 6, arbitrary: delivery },
  { weight: 3, arbitrary: fc.constantFrom(own.start, own.publish, own.land).map(always) },
  { weight: 3, arbitrary: planning },
  { weight: 1, arbitrary: fc.constantFrom(withdraw, abort, own.expire).map(always) },
  { weight: 2, arbitrary: fc.constantFrom(own.remind, own.escalate, own.postpone).map(always) },
  { weight: 3, arbitrary: personal },
  { weight: 3, arbitrary: authorizing },
  { weight: 1, arbitrary: landing },
  { weight: 1, arbitrary: fc.constantFrom(own.refuseLanding, own.discard, own.getStuck).map(always) },
)

/** Begins with a plan, since little happens without one. */
const story = fc
  .tuple(fc.boolean(), summary, fc.array(anything, { maxLength: 40 }))
  .map(([begun, drafted, rest]) =>
    begun ? [always(own.start), always({ kind: 'plan', plan: drafted, now }), ...rest] : rest,
  )

interface Moment {
  readonly before: PromotionState
  readonly command: PromotionCommand
  readonly events: readonly PromotionEvent[]
  readonly state: PromotionState
}

function told(commands: readonly ((state: PromotionState) => PromotionCommand)[]): readonly Moment[] {
  const moments: Moment[] = []
  let state = requestedPromotion(facts)
  for (const choose of commands) {
    const command = choose(state)
    const outcome = decide(state, command)
    const events = outcome.kind === 'accepted' ? outcome.events : []
    const next = following(state, events)
    moments.push({ before: state, command, events, state: next })
    state = next
  }
  return moments
}

/** Checks what has to be true at every moment of every story. */
function atEveryMoment(check: (moment: Moment) => void): void {
  fc.assert(
    fc.property(story, (commands) => {
      for (const moment of told(commands)) check(moment)
    }),
    { numRuns: 500 },
  )
}

describe('whatever people and workflow do', () => {
  test('no contributor and no outsider to the groups is among the decisions, and nobody twice', () => {
    atEveryMoment(({ state }) => {
      const people = state.decisions.map((decision) => decision.person)
      expect(people.filter((who) => state.contributors.includes(who))).toEqual([])
      // Who signed an earlier step may still stand in for everybody: a decision of another kind.
      const voters = state.decisions.flatMap((one) => (one.verdict === 'override' ? [] : [one.person]))
      expect(new Set(voters).size).toBe(voters.length)
    })
  })

  test('approved means that every step has as many people as it names', () => {
    atEveryMoment(({ state }) => {
      if (!['approved', 'promoting', 'promoted', 'compensating', 'failed'].includes(state.phase)) return
      if (state.overridden) return
      expect(state.steps.length).toBeGreaterThan(0)
      for (const { position, required, kind } of state.steps) {
        if (kind === 'external') {
          expect(state.approvedSteps).toContain(position)
          continue
        }
        const approvals = state.decisions.filter((one) => one.step === position && one.verdict === 'approve')
        expect(new Set(approvals.map((one) => one.person)).size).toBeGreaterThanOrEqual(required)
      }
    })
  })

  test('the verdict of a system is on its own step of this very plan, and no person’s decision', () => {
    atEveryMoment(({ before, command, events, state }) => {
      const verdict = events.find((event) => event.type === 'external-verdict')
      if (verdict === undefined) return
      expect(command).toMatchObject({ kind: 'deliver-verdict', revision: before.revision })
      expect(verdict).toMatchObject({ step: before.step, planDigest: before.planDigest })
      expect(before.steps.find(({ position }) => position === before.step)?.kind).toBe('external')
      expect(state.decisions).toEqual(before.decisions)
      expect(state.phase === 'rejected').toBe(verdict.verdict === 'rejected')
    })
  })

  test('nobody signs in the place of a system, unless they stand in for everybody', () => {
    atEveryMoment(({ state }) => {
      const systems = state.steps.filter(({ kind }) => kind === 'external').map(({ position }) => position)
      const signed = state.decisions.filter(({ step }) => systems.includes(step))
      expect(signed.filter(({ verdict }) => verdict !== 'override')).toEqual([])
    })
  })

  test('an override stands in for a quorum only in the emergency group’s name, and is authorized as one', () => {
    atEveryMoment(({ before, command, events }) => {
      for (const event of events) {
        if (event.type === 'overridden') {
          expect(command).toMatchObject({ kind: 'override', groups: ['emergency'] })
          expect(before.contributors).not.toContain(event.person)
        }
        if (event.type === 'authorized') expect(event.kind).toBe(before.overridden ? 'override' : 'quorum')
      }
    })
  })

  test('no vote of an earlier revision counts in a later one', () => {
    atEveryMoment(({ before, state }) => {
      if (state.revision !== before.revision) {
        expect(state).toMatchObject({ decisions: [], approvedSteps: [], overridden: false })
        expect(state).toMatchObject({ planDigest: null, step: 0 })
      }
    })
  })

  test('a step waits exactly when the phase says so, and its kind is the phase', () => {
    atEveryMoment(({ state }) => {
      const waiting = state.steps.find(({ position }) => position === state.step)
      const phase = waiting && (waiting.kind === 'review' ? 'in_review' : 'awaiting_approval')
      if (state.step === 0) expect(['in_review', 'awaiting_approval']).not.toContain(state.phase)
      else expect(state.phase).toBe(phase)
    })
  })

  test('what is finished accepts nothing more and takes no step of its own', () => {
    atEveryMoment(({ before, events }) => {
      if (!isFinished(before.phase)) return
      expect(events).toEqual([])
      expect(nextStep(before)).toEqual({ kind: 'finished' })
    })
  })

  test('only a promotion whose bytes landed as approved() is promoted', () => {
    atEveryMoment(({ state }) => {
      if (state.phase === 'promoted') expect(state.landed).toBe(true)
    })
  })

  test('a decision is only on the plan that was shown', () => {
    atEveryMoment(({ before, events }) => {
      for (const event of events) {
        if (event.type === 'decided') expect(event.planDigest).toBe(before.planDigest)
      }
    })
  })

  test('the story told again from its events is the same', () => {
    fc.assert(
      fc.property(story, (commands) => {
        const moments = told(commands)
        const events = moments.flatMap((moment) => moment.events)
        const travelled = JSON.parse(JSON.stringify(events)) as readonly PromotionEvent[]
        const again = travelled.reduce(
          (state, event, place) => evolve(state, { seq: place + 1, event }),
          requestedPromotion(facts),
        )
        expect(again).toEqual(moments.at(-1)?.state ?? requestedPromotion(facts))
        expect(again.seq).toBe(events.length)
      }),
    )
  })
})

test.each(['planned', 'blocked'] as const)('no decision survives a new plan that is %s', (type) => {
  const decided = Object.values(stateIn)
    .map((make) => make())
    .filter(({ decisions }) => decisions.length > 0)
  expect(decided.length).toBeGreaterThan(3)
  for (const state of decided) {
    const again = following(state, [
      { type, plan: { ...plan, revision: 2 }, expiresAt: now, remindAt: [], escalateAt: null },
    ])
    expect(again).toMatchObject({ revision: 2, decisions: [], step: type === 'planned' ? 1 : 0 })
  }
})

test('every command in every phase is accepted or refused with a reason, and nothing is thrown', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(stateIn)), anything, (make, choose) => {
      const state = make()
      const outcome = decide(state, choose(state))
      if (outcome.kind === 'refused') expect(outcome.detail).toMatch(/^[A-Z].*\.$/s)
      else expect(outcome.events.length).toBeGreaterThan(0)
      expect(decide(state, choose(state)).kind).toBe(outcome.kind)
    }),
    { numRuns: 2000 },
  )
})

test('the workflow’s own next step is always accepted', () => {
  const command = {
    'start-preflight': own.start,
    plan: own.plan,
    authorize: own.authorize,
    land: own.land,
    publish: own.publish,
    compensate: own.discard,
  } as const
  for (const make of Object.values(stateIn)) {
    const state = make()
    const next = nextStep(state)
    if (next.kind === 'wait-to-land') expect(outcomeOf(state, own.authorize)).toEqual(['authorized'])
    else if (next.kind !== 'wait' && next.kind !== 'finished') {
      expect(decide(state, command[next.kind])).toMatchObject({ kind: 'accepted' })
    }
  }
})

test('an event is folded in its turn', () => {
  for (const seq of [approved().seq, approved().seq + 2, 0, -1]) {
    expect(() => evolve(approved(), { seq, event: { type: 'expired' } })).toThrow(
      new RangeError(`event ${seq} does not follow event ${approved().seq}`),
    )
  }
})
