import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { identifier } from '../../../src/domain/identifiers.ts'
import { parseActivation } from '../../../src/domain/rollout/parse-claim.ts'
import {
  decideRollout,
  evolveRollout,
  pendingRollout,
  type RolloutCommand,
  type RolloutEvent,
  type RolloutState,
} from '../../../src/domain/rollout/rollout.ts'

const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const pending = pendingRollout({
  organization: identifier(uuid(1)),
  promotion: identifier(uuid(2)),
  revision: 1,
})
const activate: RolloutCommand = { kind: 'activate', id: identifier(uuid(3)), person: identifier(uuid(4)) }
const done: RolloutCommand = { kind: 'finish-activation', failure: null }
const failed: RolloutCommand = { kind: 'finish-activation', failure: 'target-moved' }

function after(state: RolloutState, command: RolloutCommand): RolloutState {
  const outcome = decideRollout(state, command)
  const events: readonly RolloutEvent[] = outcome.kind === 'accepted' ? outcome.events : []
  return events.reduce((earlier, event) => evolveRollout(earlier, { seq: earlier.seq + 1, event }), state)
}

const having = (...commands: readonly RolloutCommand[]) => commands.reduce(after, pending)

describe('a rollout', () => {
  test('waits for a person, then for production', () => {
    expect(pending.phase).toBe('pending_activation')
    expect(having(activate).phase).toBe('activating')
    expect(having(activate, done)).toMatchObject({ phase: 'active', failure: null })
  })

  test('tells who asked for the activation, and by which command', () => {
    const { id, person } = activate as { id: string; person: string }
    expect(decideRollout(pending, activate)).toMatchObject({
      events: [{ type: 'activation-authorized', person, command: id }],
    })
  })

  test('that production refused tells why', () => {
    expect(having(activate, failed)).toMatchObject({ phase: 'failed', failure: 'target-moved' })
  })

  test('is activated once', () => {
    for (const state of [having(activate), having(activate, done), having(activate, failed)]) {
      expect(decideRollout(state, activate)).toMatchObject({ kind: 'refused', code: 'illegal-state' })
    }
  })

  test('finishes no activation that nobody asked for', () => {
    for (const state of [pending, having(activate, done), having(activate, failed)]) {
      expect(decideRollout(state, done)).toMatchObject({ kind: 'refused', code: 'illegal-state' })
    }
  })

  test('says why a command comes too late or too early', () => {
    expect(decideRollout(having(activate, done), activate)).toMatchObject({
      detail: 'The rollout is active: it is activated once.',
    })
    expect(decideRollout({ ...pending, phase: 'a_b_c' as 'active' }, activate)).toMatchObject({
      detail: 'The rollout is a b c: it is activated once.',
    })
    expect(decideRollout(pending, done)).toMatchObject({ detail: 'No activation is under way.' })
  })

  test('has at most one authorization and one end, whatever comes in which order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(activate, done, failed)), (commands) => {
        const state = commands.reduce(after, pending)
        expect(state.seq).toBeLessThanOrEqual(2)
        expect(state.phase === 'active' || state.phase === 'failed').toBe(state.seq === 2)
        expect(state.failure !== null).toBe(state.phase === 'failed')
      }),
    )
  })

  test('folds an event in its turn only', () => {
    for (const seq of [0, 2, -1]) {
      expect(() => evolveRollout(pending, { seq, event: { type: 'activated' } })).toThrow(RangeError)
    }
    expect(() => evolveRollout(pending, { seq: 2, event: { type: 'activated' } })).toThrow(
      'event 2 does not follow event 0',
    )
  })
})

test('a claim to activate is a command, any other is none', () => {
  const claim = { id: identifier(uuid(3)), person: identifier(uuid(4)), arguments: {} } as const
  expect(parseActivation({ ...claim, kind: 'activate' } as never)).toEqual(activate)
  for (const kind of ['finish-activation', 'decide', '']) {
    expect(parseActivation({ ...claim, kind } as never)).toBeUndefined()
  }
})
