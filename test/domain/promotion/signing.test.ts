import { describe, expect, test } from 'vitest'
import { decide } from '../../../src/domain/promotion/decide.ts'
import type { PlannedStep, PromotionState } from '../../../src/domain/promotion/state.ts'
import {
  anna,
  bela,
  by,
  clara,
  dora,
  editor,
  everyPhase,
  following,
  having,
  holds,
  otherDigest,
  outcomeOf,
  override,
  own,
  plan,
  planned,
  requester,
  resubmit,
  step,
  takeBack,
  terms,
  watched,
} from './sample-promotion.ts'

const withSteps = (steps: readonly PlannedStep[], change: Partial<typeof terms> = {}) =>
  having(own.start, { ...own.plan, plan: { ...plan, steps, terms: { ...terms, ...change } } })

function moved(state: PromotionState, ...commands: readonly Parameters<typeof decide>[1][]): PromotionState {
  return commands.reduce((sofar, command) => {
    const outcome = decide(sofar, command)
    if (outcome.kind === 'refused') throw new Error(outcome.detail)
    return following(sofar, outcome.events)
  }, state)
}

const none = { groups: [] }

describe('a step that names people', () => {
  const named = () => withSteps([step(1, 1, { groups: [], people: [anna] })])
  const both = () => withSteps([step(1, 1, { groups: ['pharmacy'], people: [anna, bela] })])

  test('is signed by them, whatever groups they are in, and by nobody else', () => {
    expect(outcomeOf(named(), by(anna, 'approve', none))).toContain('approved')
    expect(decide(named(), by(bela))).toMatchObject({
      code: 'not-eligible',
      detail: 'Step "step 1" is signed by members of the people it names.',
    })
  })

  test('is signed by them or by its groups, where it names both', () => {
    expect(outcomeOf(both(), by(bela, 'approve', none))).toContain('approved')
    expect(outcomeOf(both(), by(clara, 'approve', { groups: ['pharmacy'] }))).toContain('approved')
    expect(decide(both(), by(clara))).toMatchObject({
      detail: 'Step "step 1" is signed by members of pharmacy or the people it names.',
    })
  })
})

describe('a stand-in', () => {
  const named = () => withSteps([step(1, 1, { groups: [], people: [anna] })])
  const forAnna = { ...none, standsInFor: [anna] }

  test('signs what is asked of whom they stand in for, and the decision says for whom', () => {
    expect(outcomeOf(named(), by(bela, 'approve', none))).toEqual(['refused: not-eligible'])
    expect(decide(named(), by(bela, 'approve', forAnna))).toMatchObject({
      kind: 'accepted',
      events: [
        { type: 'decided', person: bela, standsInFor: [anna] },
        { type: 'step-completed' },
        { type: 'approved' },
      ],
    })
  })

  test('for somebody whom nobody asked signs nothing', () => {
    expect(outcomeOf(named(), by(bela, 'approve', { ...none, standsInFor: [clara] }))).toEqual([
      'refused: not-eligible',
    ])
  })

  test('is not told of where somebody signs for themselves alone', () => {
    for (const standsInFor of [undefined, []]) {
      const outcome = decide(planned(), by(anna, 'approve', standsInFor && { standsInFor }))
      const [decided] = outcome.kind === 'accepted' ? outcome.events : []
      expect(decided).toMatchObject({ type: 'decided', person: anna })
      expect(decided).not.toHaveProperty('standsInFor')
    }
  })
})

describe('a plan without a step', () => {
  test('is signed by nobody, and nobody stands in for those who would', () => {
    const state = { ...withSteps([]), terms: watched.terms }
    const detail = 'The promotion is awaiting approval: no step waits for a decision.'
    for (const command of [by(anna), override(dora)]) {
      expect(decide(state, command)).toEqual({ kind: 'refused', code: 'illegal-state', detail })
    }
  })
})

describe('a step of which one has to be of a certain group', () => {
  const security = { groups: ['approvers'], atLeastOneOf: ['security', 'privacy'] }
  const state = () => withSteps([step(1, 2, security)])
  const inBoth = { groups: ['approvers', 'security'] }

  test('waits on until one of it signed, however many others did', () => {
    const many = moved(state(), by(anna), by(bela), by(clara))
    expect([many.phase, many.decisions.length]).toEqual(['in_review', 3])
    expect(outcomeOf(many, by(dora, 'approve', inBoth))).toEqual(['decided', 'step-completed', 'approved'])
  })

  test('still takes as many as it names', () => {
    const first = moved(state(), by(anna, 'approve', { groups: ['privacy', 'approvers'] }))
    expect(first.phase).toBe('in_review')
    expect(outcomeOf(first, by(bela))).toContain('approved')
  })

  test('records for which of its groups somebody signs, sorted and once', () => {
    const many = { groups: ['security', 'other', 'approvers', 'security'] }
    expect(moved(state(), by(anna, 'approve', many)).decisions[0]?.groups).toEqual(['approvers', 'security'])
    expect(decide(state(), by(anna, 'approve', many))).toMatchObject({
      events: [{ type: 'decided', groups: ['approvers', 'security'], step: 1, verdict: 'approve' }],
    })
  })

  test('is not opened by that group alone', () => {
    expect(outcomeOf(state(), by(anna, 'approve', { groups: ['security'] }))).toEqual([
      'refused: not-eligible',
    ])
  })

  test('does not wait again when a vote lapses that it does not need', () => {
    const done = moved(state(), by(anna), by(bela), by(clara, 'approve', inBoth))
    const ofAnna = done.decisions.filter(({ person }) => person === anna).map(({ id }) => id)
    const lapsing = { kind: 'authorize' as const, found: { ...holds, lapsed: ofAnna } }
    for (const waiting of [done, moved(done, own.postpone)]) {
      const lapsed = moved(waiting, lapsing)
      expect([lapsed.phase, lapsed.step]).toEqual(['approved', 0])
      expect([lapsed.hindrances, lapsed.opensAt]).toEqual([[], null])
      expect(outcomeOf(lapsed, own.authorize)).toEqual(['authorized'])
    }
  })
})

describe('several steps', () => {
  const twoSteps = [step(1), step(2, 2)]

  test('may be signed by one person where the policy says so, each once', () => {
    const open = moved(withSteps(twoSteps, { severalSteps: true }), by(anna))
    const again = moved(open, by(anna))
    expect(again.decisions.map(({ person, step: at }) => [person, at])).toEqual([
      [anna, 1],
      [anna, 2],
    ])
    expect(outcomeOf(again, by(anna))).toEqual(['refused: already-decided'])
    expect(outcomeOf(again, by(bela))).toContain('approved')
  })

  test('take different people otherwise, and say so', () => {
    expect(decide(moved(withSteps(twoSteps), by(anna)), by(anna))).toMatchObject({
      code: 'already-decided',
      detail: 'One person decides once on a plan. Withdraw the vote to decide anew.',
    })
  })

  test('name in a refusal the one that waits', () => {
    expect(decide(planned(), by(anna, 'approve', { step: 2 }))).toMatchObject({
      detail: 'The promotion is in review: step 1 is the one that waits.',
    })
  })
})

describe('a vote', () => {
  const twice = () => withSteps([step(1, 2), step(2)])

  test('is taken back as long as its step waits, and given anew', () => {
    const signed = moved(twice(), by(anna))
    const taken = moved(signed, takeBack(anna, signed))
    expect(decide(signed, takeBack(anna, signed))).toMatchObject({
      events: [{ type: 'decision-withdrawn', person: anna }],
      notAfter: '2026-11-27T12:00:00.000Z',
    })
    expect(taken.decisions).toEqual([])
    expect(outcomeOf(taken, by(anna))).toEqual(['decided'])
    expect(outcomeOf(taken, takeBack(anna, signed))).toEqual(['refused: illegal-state'])
  })

  test('is taken back by who gave it, and leaves those of others', () => {
    const signed = moved(withSteps([step(1, 3)]), by(anna), by(bela))
    const [first] = signed.decisions
    const ofAnna = { ...takeBack(bela, signed), decision: first?.id } as ReturnType<typeof takeBack>
    expect(outcomeOf(signed, ofAnna)).toEqual(['refused: illegal-state'])
    expect(moved(signed, takeBack(bela, signed)).decisions).toEqual([first])
  })

  test('in a step that is complete stays', () => {
    const next = moved(twice(), by(anna), by(bela))
    expect(next.step).toBe(2)
    expect(outcomeOf(next, takeBack(anna, next))).toEqual(['refused: illegal-state'])
  })

  test('is void once there is a new revision, which asks everybody anew', () => {
    const again = moved(moved(twice(), by(anna)), resubmit(), own.start)
    expect(again).toMatchObject({ phase: 'preflight', revision: 2, decisions: [], planDigest: null })
    const replanned = moved(again, { ...own.plan, plan: { ...plan, revision: 2, planDigest: otherDigest } })
    expect(outcomeOf(replanned, by(anna))).toEqual(['refused: precondition-failed'])
    expect(outcomeOf(replanned, by(anna, 'approve', { planDigest: otherDigest }))).toContain('decided')
  })
})

describe('the stand-in group', () => {
  const escalation = { after: 'P2D', group: 'stand-ins' }
  const asStandIn = { groups: ['stand-ins'] }

  test('signs once it was asked too, and not before', () => {
    const state = withSteps([step(1)], { escalation })
    expect(outcomeOf(state, by(anna, 'approve', asStandIn))).toEqual(['refused: not-eligible'])
    const escalated = moved(state, own.escalate)
    expect(outcomeOf(escalated, by(anna, 'approve', asStandIn))).toContain('approved')
    expect(outcomeOf(escalated, by(bela))).toContain('approved')
    expect(moved(escalated, by(anna, 'approve', asStandIn)).decisions[0]?.groups).toEqual(['stand-ins'])
    expect(decide(escalated, by(anna, 'approve', none))).toMatchObject({
      detail: 'Step "step 1" is signed by members of approvers or stand-ins.',
    })
  })

  test('joins those whom a step names by person', () => {
    const escalated = moved(
      withSteps([step(1, 1, { groups: [], people: [bela] })], { escalation }),
      own.escalate,
    )
    expect(outcomeOf(escalated, by(anna, 'approve', asStandIn))).toContain('approved')
    expect(outcomeOf(escalated, by(anna, 'approve', none))).toEqual(['refused: not-eligible'])
  })

  test('closes no step that is open to everybody', () => {
    const escalated = moved(withSteps([step(1, 1, { groups: [] })], { escalation }), own.escalate)
    expect(outcomeOf(escalated, by(anna, 'approve', none))).toContain('approved')
  })

  test('is asked once, for the plan that waits', () => {
    const escalated = moved(withSteps([step(1)], { escalation }), own.escalate)
    expect(escalated).toMatchObject({ escalateAt: null, escalatedTo: 'stand-ins' })
    expect(outcomeOf(escalated, own.escalate)).toEqual(['refused: illegal-state'])
    const again = { ...own.plan, plan: { ...plan, revision: 2 } }
    expect(moved(escalated, resubmit(), own.start, again)).toMatchObject({ escalatedTo: null })
  })
})

describe('an override', () => {
  const { in_review: waiting, awaiting_approval: half } = everyPhase(watched)

  test('approves at once, rests on its review, and is authorized as what it is', () => {
    expect(decide(half(), override(dora))).toMatchObject({
      kind: 'accepted',
      notAfter: '2026-11-27T12:00:00.000Z',
      events: [
        {
          type: 'overridden',
          person: dora,
          step: 2,
          reviewWithin: 'P1D',
          planDigest: plan.planDigest,
          groups: [],
        },
        { type: 'approved', planDigest: plan.planDigest },
      ],
    })
    const overridden = moved(half(), override(dora))
    expect(overridden).toMatchObject({ phase: 'approved', overridden: true })
    expect(overridden.decisions.map(({ verdict }) => verdict)).toEqual(['approve', 'approve', 'override'])
    expect(decide(overridden, own.authorize)).toMatchObject({
      events: [{ type: 'authorized', kind: 'override' }],
    })
  })

  test.each([
    [
      'the requester',
      override(requester),
      'contributor-may-not-decide',
      'Who requested or edited what is promoted may not decide on it.',
    ],
    [
      'an editor',
      override(editor),
      'contributor-may-not-decide',
      'Who requested or edited what is promoted may not decide on it.',
    ],
    [
      'somebody outside the group',
      override(dora, { groups: ['approvers'] }),
      'not-eligible',
      'Only members of emergency stand in for those who have to sign.',
    ],
    [
      'somebody who read another plan',
      override(dora, { planDigest: otherDigest }),
      'precondition-failed',
      'The plan is not the one that was shown. Read it again, then decide.',
    ],
  ])('is never that of %s', (_, command, code, detail) => {
    expect(decide(waiting(), command)).toEqual({ kind: 'refused', code, detail })
  })

  test('is nobody’s where the policy names no group for it', () => {
    for (const state of [planned(), { ...planned(), terms: null }]) {
      expect(decide(state, override(dora))).toEqual({
        kind: 'refused',
        code: 'forbidden',
        detail: 'The policy lets nobody stand in for those who have to sign.',
      })
    }
  })

  test('is not that of who signed this very step, until they take that back', () => {
    expect(decide(half(), override(bela))).toEqual({
      kind: 'refused',
      code: 'already-decided',
      detail: 'One person signs a step once. Withdraw the vote to stand in for the others.',
    })
    expect(outcomeOf(half(), override(anna))).toEqual(['overridden', 'approved'])
    expect(outcomeOf(moved(half(), takeBack(bela, half())), override(bela))).toEqual([
      'overridden',
      'approved',
    ])
  })

  test('that lapses leaves a promotion that waits for its quorum again', () => {
    const standing = override(dora)
    const lapsing = { kind: 'authorize' as const, found: { ...holds, lapsed: [standing.decision] } }
    const lapsed = moved(half(), standing, lapsing)
    expect(lapsed).toMatchObject({ phase: 'awaiting_approval', step: 2, overridden: false })
    const signed = moved(lapsed, by(clara))
    expect(decide(signed, own.authorize)).toMatchObject({ events: [{ kind: 'quorum' }] })
  })

  test('stays where an approval beside it lapses, and counts for no step by itself', () => {
    const lapsing = (person: typeof anna) => ({
      kind: 'authorize' as const,
      found: { ...holds, lapsed: [by(person).decision] },
    })
    const overridden = moved(half(), override(dora))
    expect(moved(overridden, lapsing(bela))).toMatchObject({ overridden: true, step: 2 })
    const signed = moved(overridden, lapsing(anna), by(clara))
    expect(signed).toMatchObject({ phase: 'awaiting_approval', step: 2, overridden: true })
  })

  test('of one revision is none of the next', () => {
    const returning = { kind: 'authorize' as const, found: { ...holds, returned: 'target-moved' as const } }
    const again = moved(half(), override(dora), returning, resubmit())
    expect(again).toMatchObject({ overridden: false, failure: null, expiresAt: null })
  })
})
