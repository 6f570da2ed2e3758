import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digest, identifier } from '../../../src/domain/identifiers.ts'
import {
  type ActivationHindrance,
  type ActivationHindranceCode,
  activationHindrances,
  describeHindrance,
  type LandedItem,
} from '../../../src/domain/rollout/automatic.ts'
import {
  decideRollout,
  evolveRollout,
  isLeftToThePlan,
  pendingRollout,
  type RolloutCommand,
  type RolloutEvent,
  type RolloutFacts,
  type RolloutState,
} from '../../../src/domain/rollout/rollout.ts'

const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const facts: RolloutFacts = { organization: identifier(uuid(1)), promotion: identifier(uuid(2)), revision: 1 }
const said = { planDigest: digest('ab'.repeat(32)), policyVersion: 3, rule: 2 } as const
const automatic = pendingRollout({ ...facts, signed: { mode: 'automatic', ...said } })
const manual = pendingRollout({ ...facts, signed: { mode: 'manual', ...said } })
const older = pendingRollout(facts)

const frozen: ActivationHindrance = { code: 'organization-freeze', positions: [] }
const byPlan: RolloutCommand = { kind: 'activate-by-plan', hindrances: [] }
const hindered: RolloutCommand = { kind: 'activate-by-plan', hindrances: [frozen] }
const activate: RolloutCommand = { kind: 'activate', id: identifier(uuid(3)), person: identifier(uuid(4)) }
const done: RolloutCommand = { kind: 'finish-activation', failure: null }
const failed: RolloutCommand = { kind: 'finish-activation', failure: 'fenced' }

function after(state: RolloutState, command: RolloutCommand): RolloutState {
  const outcome = decideRollout(state, command)
  const events: readonly RolloutEvent[] = outcome.kind === 'accepted' ? outcome.events : []
  return events.reduce((earlier, event) => evolveRollout(earlier, { seq: earlier.seq + 1, event }), state)
}

const having = (...commands: readonly RolloutCommand[]) => commands.reduce(after, automatic)

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
    expect(after(left, activate)).toMatchObject({
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
