import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { identifier } from '../../../src/domain/identifiers.ts'
import {
  type ActivationHindrance,
  type ActivationHindranceCode,
  activationHindrances,
  describeHindrance,
  type LandedItem,
} from '../../../src/domain/rollout/automatic.ts'
import { decideRollout, type RolloutCommand } from '../../../src/domain/rollout/decide.ts'
import { isLeftToThePlan } from '../../../src/domain/rollout/rollout.ts'
import * as sample from './sample-rollout.ts'

const { activate, moved, done, failed, pendingWith, said, uuid } = sample
const automatic = pendingWith({ signed: { mode: 'automatic', ...said } })
const manual = pendingWith({ signed: { mode: 'manual', ...said } })
const older = pendingWith({})

const frozen: ActivationHindrance = { code: 'organization-freeze', positions: [] }
const byPlan: RolloutCommand = { kind: 'activate-by-plan', hindrances: [] }
const hindered: RolloutCommand = { kind: 'activate-by-plan', hindrances: [frozen] }

const having = (...commands: readonly RolloutCommand[]) => sample.having(commands, automatic)

describe('a rollout whose signed plan says automatic', () => {
  test('rests on the plan and its policy version, and on nobody', () => {
    expect(decideRollout(automatic, byPlan)).toMatchObject({
      events: [{ type: 'activation-authorized-by-plan', ...said }],
    })
    expect(having(byPlan)).toMatchObject({ phase: 'activating', basis: { by: 'plan', ...said } })
    expect(having(byPlan, done)).toMatchObject({ phase: 'active', basis: { by: 'plan' } })
    expect(having(byPlan, failed)).toMatchObject({ phase: 'failed', failure: 'fenced' })
  })

  test('is left to people where anything speaks against it, once and for good', () => {
    const left = having(hindered)
    expect(left).toMatchObject({ phase: 'pending_activation', basis: null, leftToPeople: [frozen] })
    expect(isLeftToThePlan(left)).toBe(false)
    expect(decideRollout(left, byPlan)).toMatchObject({ kind: 'refused', code: 'illegal-state' })
    expect(moved(left, activate)).toMatchObject({
      phase: 'activating',
      basis: { by: 'person', person: uuid(4) },
      leftToPeople: [frozen],
    })
  })

  test('is the person’s where they come first', () => {
    const state = having(activate)
    expect(state.basis).toEqual({ by: 'person', person: uuid(4) })
    expect(decideRollout(state, byPlan)).toMatchObject({ kind: 'refused', code: 'illegal-state' })
  })

  test('is activated once, in whatever order plan and people come', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(activate, byPlan, hindered, done, failed)), (commands) => {
        const state = having(...commands)
        const ended = state.phase === 'active' || state.phase === 'failed'
        expect(state.seq).toBeLessThanOrEqual(3)
        expect(state.basis !== null).toBe(ended || state.phase === 'activating')
        if (state.basis?.by === 'plan') expect(state.leftToPeople).toEqual([])
      }),
    )
  })
})

test.each([
  ['says manual', manual],
  ['was begun before plans were looked at', older],
])('a rollout that %s takes a person', (_, state) => {
  expect(isLeftToThePlan(state)).toBe(false)
  for (const command of [byPlan, hindered]) {
    expect(decideRollout(state, command)).toMatchObject({
      kind: 'refused',
      code: 'illegal-state',
      detail: 'This rollout is not activated automatically: it takes a person.',
    })
  }
})

describe('what speaks against automatic activation', () => {
  const fine: LandedItem = {
    position: 1,
    target: identifier(uuid(9)),
    landsOff: false,
    stands: true,
    missingSecrets: 0,
  }

  test('is nothing where all of it stands, holds its secrets and starts by itself', () => {
    expect(activationHindrances([fine, { ...fine, position: 2 }], [])).toEqual([])
  })

  test('is told by the items it is about', () => {
    const items = [
      { ...fine, landsOff: true },
      { ...fine, position: 2, missingSecrets: 1, stands: false },
      { ...fine, position: 3, landsOff: true },
    ]
    expect(activationHindrances(items, [])).toEqual([
      { code: 'lands-off', positions: [1, 3] },
      { code: 'secret-missing', positions: [2] },
      { code: 'target-moved', positions: [2] },
    ])
  })

  test('is every kind of freeze, each once', () => {
    expect(activationHindrances([fine], ['freeze', 'freeze', 'organization-freeze'])).toEqual([
      { code: 'freeze', positions: [] },
      { code: 'organization-freeze', positions: [] },
    ])
  })

  test('is told in words of its own, which say who goes on', () => {
    const codes: readonly ActivationHindranceCode[] = [
      'lands-off',
      'secret-missing',
      'target-moved',
      'freeze',
      'organization-freeze',
    ]
    const words = codes.map(describeHindrance)
    expect(new Set(words).size).toBe(codes.length)
    for (const one of words) expect(one).toMatch(/ person activates |activate by hand/)
  })
})
