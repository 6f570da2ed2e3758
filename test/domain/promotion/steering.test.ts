import { describe, expect, test } from 'vitest'
import { instant } from '../../../src/domain/identifiers.ts'
import { decide } from '../../../src/domain/promotion/decide.ts'
import { nextStep } from '../../../src/domain/promotion/next-step.ts'
import {
  abort,
  anna,
  by,
  clara,
  everyPhase,
  facts,
  following,
  having,
  holds,
  now,
  outcomeOf,
  own,
  plan,
  requester,
  resubmit,
  retry,
  schedule,
  stateIn,
  submit,
  terms,
  watched,
  withdraw,
} from './sample-promotion.ts'

function eventsOf(...[state, command]: Parameters<typeof decide>) {
  const outcome = decide(state, command)
  if (outcome.kind === 'refused') throw new Error(outcome.detail)
  return outcome.events
}
const moved = (...[state, command]: Parameters<typeof decide>) => following(state, eventsOf(state, command))

describe('a draft', () => {
  test('asks nobody for anything, and becomes a request when it is submitted', () => {
    expect(nextStep(stateIn.draft())).toEqual({ kind: 'wait', until: null, atEnd: 'expire' })
    expect(eventsOf(stateIn.draft(), submit)).toEqual([{ type: 'submitted', person: requester }])
    expect(moved(stateIn.draft(), submit)).toMatchObject({ phase: 'requested', revision: 1 })
  })
})

describe('a resubmission', () => {
  test('is the next revision, by whom and with which request', () => {
    expect(eventsOf(stateIn.in_review(), resubmit())).toMatchObject([
      { type: 'resubmitted', revision: 2, person: requester, request: 'c'.repeat(64) },
    ])
    expect(moved(stateIn.scheduled(), resubmit())).toMatchObject({
      phase: 'requested',
      revision: 2,
      step: 0,
      hindrances: [],
      opensAt: null,
      expiresAt: null,
    })
  })

  test.each([1, 3, 0])('as revision %i crossed another one, and is refused', (revision) => {
    expect(decide(stateIn.changes_requested(), resubmit(revision))).toEqual({
      kind: 'refused',
      code: 'precondition-failed',
      detail: 'Somebody else resubmitted it meanwhile. Read it again.',
    })
  })
})

describe('taking back', () => {
  test('tells a withdrawal from an abortion, and both end it', () => {
    expect(eventsOf(stateIn.in_review(), withdraw)).toMatchObject([{ type: 'withdrawn', person: requester }])
    expect(eventsOf(stateIn.in_review(), abort)).toMatchObject([{ type: 'aborted', person: requester }])
    expect(moved(stateIn.scheduled(), abort)).toMatchObject({ phase: 'withdrawn', step: 0 })
    expect(moved(stateIn.in_review(), withdraw)).toMatchObject({ phase: 'withdrawn', step: 0 })
  })
})

describe('the time to land', () => {
  const at = '2026-12-01T00:00:00.000Z'

  test('is chosen while there is time, and given up', () => {
    const chosen = moved(stateIn.in_review(), schedule(at))
    expect(eventsOf(stateIn.in_review(), schedule(at))).toEqual([
      { type: 'rescheduled', person: requester, notBefore: at },
    ])
    expect(chosen.notBefore).toBe(at)
    expect(moved(chosen, schedule(null)).notBefore).toBeNull()
  })

  test('is what the authorization rests on', () => {
    expect(decide(moved(stateIn.approved(), schedule(at)), own.authorize)).toMatchObject({ notBefore: at })
    expect(decide(stateIn.approved(), own.authorize)).not.toHaveProperty('notBefore')
  })

  test('comes with the plan', () => {
    const planned = having(own.start, { ...own.plan, plan: { ...plan, notBefore: instant(at) } })
    expect(planned.notBefore).toBe(at)
  })

  test('is waited for with what keeps it, and looked at anew when that ends', () => {
    const found = { ...holds, hindrances: ['window', 'freeze'] as const, opensAt: instant(at) }
    const waiting = moved(stateIn.approved(), { kind: 'authorize', found })
    expect(waiting).toMatchObject({ phase: 'scheduled', hindrances: ['window', 'freeze'], opensAt: at })
    expect(nextStep(waiting)).toEqual({ kind: 'wait-to-land', until: at })
    expect(moved(waiting, own.authorize)).toMatchObject({ phase: 'promoting', hindrances: [], opensAt: null })
  })

  test.each(['target-moved', 'newly-blocked'] as const)(
    'comes to nothing when it is %s, which goes back for review',
    (returned) => {
      const found = { ...holds, hindrances: ['freeze'] as const, returned, lapsed: [by(anna).decision] }
      for (const state of [stateIn.approved(), stateIn.scheduled()]) {
        const back = moved(state, { kind: 'authorize', found })
        expect(back).toMatchObject({
          phase: 'changes_requested',
          step: 0,
          failure: returned,
          expiresAt: null,
        })
        expect(nextStep(back)).toEqual({ kind: 'wait', until: null, atEnd: 'expire' })
        expect(outcomeOf(back, own.expire)).toEqual(['refused: illegal-state'])
      }
    },
  )

  test('waits for nobody whose approval lapsed', () => {
    const lapsed = stateIn
      .scheduled()
      .decisions.filter(({ person }) => person === clara)
      .map(({ id }) => id)
    const back = moved(stateIn.scheduled(), {
      kind: 'authorize',
      found: { ...holds, lapsed, hindrances: ['freeze'] },
    })
    expect(back).toMatchObject({ phase: 'awaiting_approval', step: 2, hindrances: [], expiresAt: null })
  })
})

describe('deadlines', () => {
  const planned = everyPhase(watched).in_review

  test('are counted from the plan, in order, and none comes after the end', () => {
    const late = {
      ...watched.terms,
      remindAfter: ['P3D', 'P1D', 'P7D', 'P9D'],
      escalation: { after: 'P7D', group: 'x' },
    }
    const state = having(own.start, { kind: 'plan', plan: { ...plan, terms: late }, now })
    expect(state).toMatchObject({
      expiresAt: '2026-11-27T12:00:00.000Z',
      remindAt: ['2026-11-21T12:00:00.000Z', '2026-11-23T12:00:00.000Z'],
      escalateAt: null,
    })
    expect(planned().escalateAt).toBe('2026-11-22T12:00:00.000Z')
    expect(stateIn.in_review()).toMatchObject({ remindAt: [], escalateAt: null })
    expect(having(own.start, own.blocked)).toMatchObject({ expiresAt: '2026-11-27T12:00:00.000Z' })
  })

  test('come one after the other: reminders, the stand-in group, the end', () => {
    expect(nextStep(planned())).toEqual({ kind: 'wait', until: '2026-11-21T12:00:00.000Z', atEnd: 'remind' })
    const reminded = moved(planned(), own.remind)
    expect(nextStep(reminded)).toEqual({ kind: 'wait', until: '2026-11-22T12:00:00.000Z', atEnd: 'escalate' })
    const escalated = moved(reminded, own.escalate)
    expect(nextStep(escalated)).toEqual({ kind: 'wait', until: '2026-11-23T12:00:00.000Z', atEnd: 'remind' })
    const last = moved(escalated, own.remind)
    expect(nextStep(last)).toEqual({ kind: 'wait', until: '2026-11-27T12:00:00.000Z', atEnd: 'expire' })
    expect(outcomeOf(last, own.remind)).toEqual(['refused: illegal-state'])
  })

  test('are the database’s to judge', () => {
    expect(decide(planned(), own.remind)).toMatchObject({ notBefore: '2026-11-21T12:00:00.000Z' })
    expect(decide(planned(), own.escalate)).toMatchObject({ notBefore: '2026-11-22T12:00:00.000Z' })
  })

  test('are reminded of by number, which begins anew with a plan', () => {
    expect(eventsOf(planned(), own.remind)).toEqual([{ type: 'reminded', reminder: 1 }])
    const reminded = moved(planned(), own.remind)
    expect(eventsOf(reminded, own.remind)).toEqual([{ type: 'reminded', reminder: 2 }])
    const anew = { type: 'planned' as const, plan, expiresAt: now, remindAt: [now], escalateAt: null }
    expect(following(reminded, [anew])).toMatchObject({ remindersSent: 0, remindAt: [now] })
  })

  test('bother nobody while nobody can sign', () => {
    const blocked = having(own.start, { kind: 'plan', plan: { ...watched, blockers: 1 }, now })
    expect(blocked.remindAt).toHaveLength(2)
    for (const command of [own.remind, own.escalate]) {
      expect(outcomeOf(blocked, command)).toEqual(['refused: illegal-state'])
    }
    const unnamed = { ...planned(), terms: { ...terms, escalation: null } }
    expect(outcomeOf(unnamed, own.escalate)).toEqual(['refused: illegal-state'])
    expect(outcomeOf({ ...planned(), terms: null }, own.escalate)).toEqual(['refused: illegal-state'])
  })

  test('do not limit what is decided where there are none', () => {
    expect(decide({ ...planned(), expiresAt: null }, by(anna))).not.toHaveProperty('notAfter')
  })
})

describe('undoing', () => {
  test('that got stuck is tried again by a person, and ends as failed', () => {
    expect(eventsOf(stateIn.compensation_stuck(), retry)).toEqual([
      { type: 'compensation-retried', person: clara },
    ])
    const again = moved(stateIn.compensation_stuck(), retry)
    expect(nextStep(again)).toEqual({ kind: 'compensate' })
    expect(eventsOf(again, own.discard)).toEqual([{ type: 'failed', failure: 'target-moved' }])
    expect(eventsOf(again, own.getStuck)).toEqual([{ type: 'compensation-stuck', failure: 'target-moved' }])
    expect(eventsOf({ ...again, failure: null }, own.discard)).toEqual([
      { type: 'failed', failure: 'unknown' },
    ])
  })

  test('says as what it began', () => {
    const landed = moved(stateIn.promoting(), own.land)
    expect(eventsOf(landed, { kind: 'publish', items: [] })).toEqual([
      { type: 'compensating', failure: 'landed-bytes-differ' },
    ])
    expect(eventsOf(landed, own.publish)).toMatchObject([{ type: 'promoted' }])
  })
})

test('a promotion begins with nothing known about it', () => {
  expect(having()).toEqual({
    ...{ facts, phase: 'requested', seq: 0, revision: 1, step: 0, steps: [], items: [], contributors: [] },
    ...{ planDigest: null, terms: null, decisions: [], approvedSteps: [], expiresAt: null },
    ...{ remindAt: [], remindersSent: 0 },
    ...{ escalateAt: null, escalatedTo: null, notBefore: null, hindrances: [], opensAt: null },
    ...{ overridden: false, landed: false, failure: null },
  })
  expect(Object.isFrozen(having())).toBe(true)
})
