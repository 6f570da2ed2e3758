import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { identifier } from '../../../src/domain/identifiers.ts'
import {
  decideProductionCommand,
  evolveProductionCommand,
  type ProductionCommandEvent,
  type ProductionCommandState,
  type ProductionCommandStep,
  requestedProductionCommand,
} from '../../../src/domain/production-command/production-command.ts'

const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
const requested = requestedProductionCommand({ organization: identifier(uuid(1)), id: identifier(uuid(2)) })
const authorize: ProductionCommandStep = { kind: 'authorize' }
const refuse: ProductionCommandStep = { kind: 'refuse', failure: 'forbidden' }
const perform: ProductionCommandStep = { kind: 'perform', result: { kind: 'performed', version: 3 } }
const fail: ProductionCommandStep = { kind: 'perform', result: { kind: 'refused', code: 'version-moved' } }

function after(state: ProductionCommandState, step: ProductionCommandStep): ProductionCommandState {
  const outcome = decideProductionCommand(state, step)
  const events: readonly ProductionCommandEvent[] = outcome.kind === 'accepted' ? outcome.events : []
  return events.reduce(
    (earlier, event) => evolveProductionCommand(earlier, { seq: earlier.seq + 1, event }),
    state,
  )
}

const having = (...steps: readonly ProductionCommandStep[]) => steps.reduce(after, requested)

describe('an act in production', () => {
  test('is authorized before it is performed', () => {
    expect(decideProductionCommand(requested, perform)).toMatchObject({
      kind: 'refused',
      code: 'illegal-state',
    })
    expect(having(authorize).phase).toBe('authorized')
    expect(decideProductionCommand(having(authorize), perform)).toMatchObject({
      events: [{ type: 'performed', version: 3 }],
    })
  })

  test('is refused by control before, and by production when it comes to it', () => {
    expect(having(refuse)).toMatchObject({ phase: 'refused', failure: 'forbidden' })
    expect(having(authorize, fail)).toMatchObject({ phase: 'refused', failure: 'version-moved' })
    expect(decideProductionCommand(having(authorize), refuse)).toMatchObject({ kind: 'refused' })
  })

  test('says why a step comes too late or too early', () => {
    const late = {
      kind: 'refused',
      code: 'illegal-state',
      detail: 'The act was authorized or refused already.',
    }
    expect(decideProductionCommand(having(authorize), authorize)).toEqual(late)
    expect(decideProductionCommand(having(refuse), refuse)).toEqual(late)
    expect(decideProductionCommand(requested, perform)).toMatchObject({
      detail: 'The act is not authorized.',
    })
  })

  test('is performed in the version that production says', () => {
    expect(having(authorize, perform)).toMatchObject({ phase: 'performed', failure: null })
  })

  test('is never performed once it was refused, nor twice, whatever comes in which order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(authorize, refuse, perform, fail)), (steps) => {
        const state = steps.reduce(after, requested)
        expect(state.seq).toBeLessThanOrEqual(2)
        expect(state.failure !== null).toBe(state.phase === 'refused')
        if (state.phase === 'performed') expect(state.seq).toBe(2)
        if (state.phase === 'performed' || state.phase === 'refused') {
          for (const step of [authorize, refuse, perform, fail]) expect(after(state, step)).toBe(state)
        }
      }),
    )
  })

  test('folds an event in its turn only', () => {
    for (const seq of [0, 2]) {
      const event: ProductionCommandEvent = { type: 'authorized' }
      expect(() => evolveProductionCommand(requested, { seq, event })).toThrow(RangeError)
    }
    const late = { seq: 2, event: { type: 'authorized' } } as const
    expect(() => evolveProductionCommand(requested, late)).toThrow('event 2 does not follow event 0')
  })
})
