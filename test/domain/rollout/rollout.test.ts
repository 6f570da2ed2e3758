import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { identifier } from '../../../src/domain/identifiers.ts'
import { decideRollout, type RolloutCommand } from '../../../src/domain/rollout/decide.ts'
import { personalRolloutCommand } from '../../../src/domain/rollout/parse-claim.ts'
import {
  evolveRollout,
  hasEnded,
  pendingRollout,
  type RolloutPhase,
} from '../../../src/domain/rollout/rollout.ts'
import {
  activate,
  complete,
  confirm,
  done,
  facts,
  failed,
  having,
  later,
  moved,
  noon,
  pendingWith,
  rollBack,
  stayed,
  uuid,
  wentBack,
} from './sample-rollout.ts'

const pending = pendingRollout(facts)
const fast = pendingWith({ rollback: 'fast', validation: { lines: 1 } })

describe('a rollout', () => {
  test('waits for a person, then for production, and is validated then', () => {
    expect(pending.phase).toBe('pending_activation')
    expect(having([activate]).phase).toBe('activating')
    expect(having([activate, done])).toMatchObject({ phase: 'active', failure: null, activatedAt: noon })
  })

  test('goes live by a person, at once where the plan asks for nothing', () => {
    const { id: command, person } = activate as { id: string; person: string }
    expect(decideRollout(having([activate, done]), complete())).toEqual({
      kind: 'accepted',
      events: [{ type: 'completed', person, command, printedNameText: uuid(5) }],
    })
    expect(having([activate, done, complete()]).phase).toBe('live')
  })

  test('goes back, and tells what is in use since', () => {
    const { id: command, person } = activate as { id: string; person: string }
    const active = having([activate, done], fast)
    expect(decideRollout(active, rollBack)).toMatchObject({
      events: [{ type: 'rollback-authorized', person, command, reasonText: uuid(6) }],
    })
    expect(moved(active, rollBack).phase).toBe('rolling_back')
    expect(decideRollout(moved(active, rollBack), wentBack)).toMatchObject({
      events: [{ type: 'rolled-back', items: [{ asset: uuid(7), version: null }] }],
    })
    expect(having([rollBack, wentBack], active)).toMatchObject({ phase: 'rolled_back', failure: null })
  })

  test('stays active where production refuses to go back, tells why, and may be tried again', () => {
    const refused = having([activate, done, confirm(1), rollBack, stayed], fast)
    expect(refused).toMatchObject({ phase: 'active', failure: 'superseded', rollbacks: 1, confirmed: [1] })
    expect(moved(refused, complete())).toMatchObject({ phase: 'live', failure: null })
    expect(moved(refused, rollBack)).toMatchObject({ phase: 'rolling_back', failure: null, rollbacks: 2 })
    expect(having([rollBack, wentBack], refused).phase).toBe('rolled_back')
  })

  test('goes back by another promotion alone where its policy says approval', () => {
    expect(decideRollout(having([activate, done]), rollBack)).toMatchObject({
      kind: 'refused',
      code: 'forbidden',
      detail: expect.stringContaining('Promote the earlier content instead.'),
    })
  })

  test('that production refused to activate tells why', () => {
    expect(having([activate, failed])).toMatchObject({ phase: 'failed', failure: 'fenced' })
  })

  test('that was begun before rollouts were validated ends with its activation', () => {
    const { rollback: _, ...older } = facts
    const ended = having([activate, done], pendingRollout(older))
    expect(ended).toMatchObject({ phase: 'active', activatedAt: null })
    expect(hasEnded(ended)).toBe(true)
    for (const command of [activate, confirm(1), complete(), rollBack]) {
      expect(decideRollout(ended, command)).toMatchObject({
        code: 'illegal-state',
        detail: expect.stringContaining('active since before rollouts were validated'),
      })
    }
  })

  test('says why a command comes too late or too early', () => {
    expect(decideRollout(having([activate, done]), activate)).toMatchObject({
      detail: 'The rollout is active: it is activated once.',
    })
    expect(decideRollout(pending, confirm(1))).toMatchObject({
      detail: 'The rollout is pending activation: its checklist is confirmed while it is active.',
    })
    expect(decideRollout(having([activate, done, complete()]), rollBack)).toMatchObject({
      detail: 'The rollout is live: it is rolled back while it is active.',
    })
    expect(decideRollout(having([activate]), complete())).toMatchObject({
      detail: 'The rollout is activating: it goes live while it is active.',
    })
    expect(decideRollout(pending, done)).toMatchObject({ detail: 'No activation is under way.' })
    expect(decideRollout(pending, wentBack)).toMatchObject({ detail: 'Nothing is being rolled back.' })
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

const commands: Readonly<Record<string, RolloutCommand>> = {
  activate,
  confirm: confirm(1),
  complete: complete(),
  rollback: rollBack,
  'finish-activation': done,
  'finish-rollback': wentBack,
}
const confirmed = having([activate, done, confirm(1)], fast)
const reached: Readonly<Record<RolloutPhase, typeof pending>> = {
  pending_activation: fast,
  activating: having([activate], fast),
  active: having([activate, done], fast),
  live: moved(confirmed, complete()),
  rolling_back: moved(confirmed, rollBack),
  rolled_back: having([rollBack, wentBack], confirmed),
  failed: having([activate, failed], fast),
}
const legal: Readonly<Record<RolloutPhase, readonly string[]>> = {
  pending_activation: ['activate'],
  activating: ['finish-activation'],
  active: ['confirm', 'rollback'],
  live: [],
  rolling_back: ['finish-rollback'],
  rolled_back: [],
  failed: [],
}

describe.each(Object.entries(reached))('while a rollout is %s', (phase, state) => {
  test('it is in that phase, and has ended where nothing may follow', () => {
    expect(state.phase).toBe(phase)
    expect(hasEnded(state)).toBe(legal[state.phase].length === 0)
  })

  test.each(Object.keys(commands))('the command %s is legal or refused without an event', (kind) => {
    const command = commands[kind]
    if (command === undefined) throw new Error('no such command')
    const outcome = decideRollout(state, command)
    if (legal[state.phase].includes(kind)) {
      expect(outcome.kind).toBe('accepted')
      expect(moved(state, command).seq).toBe(state.seq + 1)
    } else {
      expect(outcome).toMatchObject({ kind: 'refused', code: 'illegal-state' })
      expect(moved(state, command)).toBe(state)
    }
  })
})

test('a rollout is activated once and ends once, whatever comes in which order', () => {
  const any = fc.constantFrom(...Object.values(commands), failed, stayed, complete(10))
  fc.assert(
    fc.property(fc.array(any, { maxLength: 30 }), (given) => {
      const states = [fast, ...given.map((_, place) => having(given.slice(0, place + 1), fast))]
      const phases = states.map(({ phase }) => phase)
      const end = states.findIndex(hasEnded)
      if (end !== -1) expect(new Set(states.slice(end).map(({ seq }) => seq)).size).toBe(1)
      const begun = phases.filter((one, place) => one === 'activating' && phases[place - 1] !== one)
      expect(begun.length).toBeLessThanOrEqual(1)
      for (const { phase, activatedAt, confirmed: lines } of states) {
        expect(activatedAt !== null).toBe(!['pending_activation', 'activating', 'failed'].includes(phase))
        if (phase === 'live') expect(lines).toEqual([1])
      }
    }),
  )
})

describe('a claim', () => {
  const claim = { id: identifier(uuid(3)), person: identifier(uuid(4)) } as const
  const parsed = (kind: string, given: object = {}) =>
    personalRolloutCommand({ ...claim, kind, arguments: given } as never, later(7))

  test('of what a person may ask is a command', () => {
    const printedNameText = uuid(5)
    expect(parsed('activate')).toEqual(activate)
    expect(parsed('confirm', { check: 2, printedNameText })).toEqual(confirm(2))
    expect(parsed('complete', { printedNameText })).toEqual(complete(7))
    expect(parsed('rollback', { reasonText: uuid(6) })).toEqual(rollBack)
  })

  test('of anything else, or without what belongs to it, is none', () => {
    for (const kind of ['finish-activation', 'finish-rollback', 'activate-by-plan', 'decide', '']) {
      expect(parsed(kind)).toBeUndefined()
    }
    expect(parsed('confirm', { check: '2', printedNameText: uuid(5) })).toBeUndefined()
    expect(parsed('confirm', { check: 2 })).toBeUndefined()
    expect(parsed('complete')).toBeUndefined()
    expect(parsed('rollback', { reasonText: 'because' })).toBeUndefined()
  })

  test('that cannot be read for another reason is an error', () => {
    expect(() => personalRolloutCommand(undefined as never, noon)).toThrow(TypeError)
  })
})
