import { describe, expect, test } from 'vitest'
import { instant } from '../../../src/domain/identifiers.ts'
import { decide } from '../../../src/domain/promotion/decide.ts'
import type { PromotionPhase } from '../../../src/domain/promotion/state.ts'
import {
  anna,
  approved,
  bela,
  by,
  clara,
  dora,
  editor,
  following,
  having,
  holds,
  landedItems,
  otherDigest,
  outcomeOf,
  own,
  plan,
  planned,
  promoting,
  requester,
  reviewed,
  stateIn,
  step,
  withdraw,
} from './sample-promotion.ts'

describe('a decision', () => {
  test('is counted, completes its step, and completes the promotion', () => {
    expect(outcomeOf(planned(), by(anna))).toEqual(['decided', 'step-completed'])
    expect(outcomeOf(reviewed(), by(bela))).toEqual(['decided'])
    const almost = having(own.start, own.plan, by(anna), by(bela))
    expect(outcomeOf(almost, by(clara))).toEqual(['decided', 'step-completed', 'approved'])
  })

  test.each([
    ['the requester', requester],
    ['an editor', editor],
  ])('is never that of %s', (_, person) => {
    for (const verdict of ['approve', 'reject', 'request-changes'] as const) {
      expect(outcomeOf(planned(), by(person, verdict))).toEqual(['refused: contributor-may-not-decide'])
    }
  })

  test('is about the plan that was shown', () => {
    expect(outcomeOf(planned(), by(anna, 'approve', { planDigest: otherDigest }))).toEqual([
      'refused: precondition-failed',
    ])
  })

  test('is about the step that waits, whether the person names it or not', () => {
    expect(outcomeOf(planned(), by(anna, 'approve', { step: 1 }))).toEqual(['decided', 'step-completed'])
    expect(outcomeOf(planned(), by(anna, 'approve', { step: 2 }))).toEqual(['refused: illegal-state'])
    expect(outcomeOf(reviewed(), by(bela, 'approve', { step: 1 }))).toEqual(['refused: illegal-state'])
  })

  test('is made by a member of one of the groups of its step', () => {
    const ofTwo = { ...own.plan, plan: { ...plan, steps: [step(1, 1, { groups: ['pharmacy', 'release'] })] } }
    const state = having(own.start, ofTwo)
    expect(outcomeOf(state, by(anna, 'approve', { groups: [] }))).toEqual(['refused: not-eligible'])
    expect(outcomeOf(state, by(anna, 'approve', { groups: ['pharmacies'] }))).toEqual([
      'refused: not-eligible',
    ])
    expect(outcomeOf(state, by(anna, 'approve', { groups: ['x', 'release'] }))).toContain('approved')
  })

  test('is open to everybody where a step names no group', () => {
    const open = { ...own.plan, plan: { ...plan, steps: [step(1, 1, { groups: [] })] } }
    expect(outcomeOf(having(own.start, open), by(anna, 'approve', { groups: [] }))).toContain('approved')
  })

  test('is made once by a person, on whichever step', () => {
    expect(outcomeOf(reviewed(), by(anna))).toEqual(['refused: already-decided'])
    const almost = having(own.start, own.plan, by(anna), by(bela))
    expect(outcomeOf(almost, by(bela, 'reject'))).toEqual(['refused: already-decided'])
  })

  test.each(['reject', 'request-changes'] as const)(
    'to %s ends the step, whoever approved() before',
    (verdict) => {
      const event = verdict === 'reject' ? 'rejected' : 'changes-requested'
      expect(outcomeOf(reviewed(), by(bela, verdict))).toEqual(['decided', event])
    },
  )

  test('rests on the time there is to decide', () => {
    const expiresAt = instant('2026-11-27T12:00:00Z')
    for (const verdict of ['approve', 'reject', 'request-changes'] as const) {
      expect(decide(planned(), by(anna, verdict))).toMatchObject({ kind: 'accepted', notAfter: expiresAt })
    }
  })
})

const withdrawable: readonly PromotionPhase[] = [
  'draft',
  'requested',
  'preflight',
  'in_review',
  'awaiting_approval',
  'approved',
  'scheduled',
  'changes_requested',
]

test.each(Object.entries(stateIn))(
  'a promotion that is %s is withdrawn only while nothing has begun',
  (phase, state) => {
    const open = (withdrawable as readonly string[]).includes(phase)
    expect(outcomeOf(state(), withdraw)).toEqual(open ? ['withdrawn'] : ['refused: illegal-state'])
  },
)

describe('the time to decide', () => {
  test('runs from the plan on, as long as the rule says', () => {
    expect(planned().expiresAt).toBe('2026-11-27T12:00:00.000Z')
  })

  test('ends when the database’s clock says so, while somebody has to act', () => {
    const waiting = [planned(), reviewed(), stateIn.changes_requested()]
    for (const state of waiting) {
      expect(decide(state, own.expire)).toMatchObject({ kind: 'accepted', notBefore: state.expiresAt })
    }
    for (const state of [stateIn.requested(), stateIn.preflight(), approved(), promoting()]) {
      expect(outcomeOf(state, own.expire)).toEqual(['refused: illegal-state'])
    }
  })
})

test('a plan of another revision is none of this one', () => {
  const other = { ...own.plan, plan: { ...plan, revision: 2 } }
  expect(decide(stateIn.preflight(), other)).toEqual({
    kind: 'refused',
    code: 'illegal-state',
    detail: 'The promotion is preflight: there is nothing to plan.',
  })
})

test('a plan with a blocker goes back to who asked, and nobody decides on it', () => {
  const blocked = having(own.start, own.blocked)
  expect(blocked.phase).toBe('changes_requested')
  expect(outcomeOf(blocked, by(anna))).toEqual(['refused: illegal-state'])
})

describe('an approved() promotion', () => {
  test('is authorized with the plan that was approved', () => {
    expect(decide(approved(), own.authorize)).toMatchObject({
      events: [{ type: 'authorized', revision: 1, planDigest: plan.planDigest }],
    })
  })

  test('is not authorized without a plan that it could be authorized for', () => {
    expect(outcomeOf({ ...approved(), planDigest: null }, own.authorize)).toEqual(['refused: illegal-state'])
  })

  const decisionOf = (person: string) => approved().decisions.filter((decision) => decision.person === person)
  const lapseOf = (...people: readonly string[]) => ({
    kind: 'authorize' as const,
    found: { ...holds, lapsed: people.flatMap((person) => decisionOf(person).map(({ id }) => id)) },
  })

  test('waits again for the step whose approval lapsed, and the others stand', () => {
    const outcome = decide(approved(), lapseOf(clara))
    const waiting = following(approved(), outcome.kind === 'accepted' ? outcome.events : [])
    expect([waiting.phase, waiting.step]).toEqual(['awaiting_approval', 2])
    expect(waiting.decisions.map(({ person }) => person)).toEqual([anna, bela])
    expect(outcomeOf(waiting, by(dora))).toEqual(['decided', 'step-completed', 'approved'])
  })

  test('asks for one more person when one approval of its first step lapsed, not for more', () => {
    const lapsed = decide(approved(), lapseOf(anna))
    expect(lapsed.kind).toBe('accepted')
    const events = lapsed.kind === 'accepted' ? lapsed.events : []
    const waiting = following(approved(), events)
    expect([waiting.phase, waiting.step]).toEqual(['in_review', 1])
    expect(outcomeOf(waiting, by(dora))).toEqual(expect.arrayContaining(['decided', 'approved']))
  })

  test('is never left waiting for a step that does not exist', () => {
    const unknown = { kind: 'authorize' as const, found: { ...holds, lapsed: [by(dora).decision] } }
    const lapsed = decide(approved(), unknown)
    const events = lapsed.kind === 'accepted' ? lapsed.events : []
    const state = following(approved(), events)
    expect([0, 1, 2]).toContain(state.step)
  })
})

describe('a landing', () => {
  test('counts when every item landed as approved', () => {
    expect(outcomeOf(promoting(), own.land)).toEqual(['landed'])
    const reversed = { kind: 'landed' as const, items: landedItems.toReversed() }
    expect(outcomeOf(promoting(), { kind: 'land', result: reversed })).toEqual(['landed'])
  })

  test.each([
    ['one is missing', landedItems.slice(1)],
    ['one is there twice', landedItems.map(() => landedItems[0] as (typeof landedItems)[number])],
    ['one is too many', [...landedItems, ...landedItems.slice(1)]],
    ['one has other bytes', landedItems.map((item) => ({ ...item, digest: otherDigest }))],
    [
      'the bytes went to each other’s targets',
      landedItems.map((item, place) => ({ ...item, target: landedItems[1 - place]?.target as never })),
    ],
    [
      'they stand at each other’s places',
      landedItems.map((item, place) => ({ ...item, position: landedItems[1 - place]?.position as never })),
    ],
    ['none is there', []],
  ])('is undone when %s', (_, items) => {
    const outcome = decide(promoting(), { kind: 'land', result: { kind: 'landed', items } })
    expect(outcome).toMatchObject({ events: [{ type: 'compensating', failure: 'landed-bytes-differ' }] })
  })

  test('that production refused is undone, with its reason', () => {
    expect(decide(promoting(), own.refuseLanding)).toMatchObject({
      events: [{ type: 'compensating', failure: 'target-moved' }],
    })
    expect(stateIn.failed().failure).toBe('target-moved')
    expect(stateIn.compensation_stuck().failure).toBe('target-moved')
  })

  test('happens once', () => {
    const landed = having(own.start, own.plan, by(anna), by(bela), by(clara), own.authorize, own.land)
    expect(outcomeOf(landed, own.land)).toEqual(['refused: illegal-state'])
    expect(outcomeOf(landed, own.refuseLanding)).toEqual(['refused: illegal-state'])
  })

  test.each([
    ['other bytes', landedItems.map((item) => ({ ...item, digest: otherDigest }))],
    ['nothing', []],
  ])('is not published as %s', (_, items) => {
    const landed = having(own.start, own.plan, by(anna), by(bela), by(clara), own.authorize, own.land)
    expect(outcomeOf(landed, { kind: 'publish', items })).not.toContain('promoted')
  })

  test('is published after it landed, not before', () => {
    expect(outcomeOf(promoting(), own.publish)).toEqual(['refused: illegal-state'])
  })
})
