import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Severity } from '../../../src/domain/plan/finding.ts'
import {
  type AcknowledgedFinding,
  acknowledgementsLeft,
  judgeFindings,
  type RuledPlace,
} from '../../../src/domain/preflight/judge-findings.ts'
import type { Acknowledgement } from '../../../src/domain/preflight/rule.ts'
import { staging } from './sample-preflight.ts'

const found = (
  severity: Severity,
  acknowledgement: Acknowledgement,
  own: Partial<RuledPlace['place']> = {},
) => ({
  rule: { id: 'a-rule', severity, acknowledgement, says: 'Something is so.' },
  place: { asset: staging(1), pointer: '/x', ...own },
})
const noted = (change: Partial<AcknowledgedFinding> = {}): AcknowledgedFinding => ({
  rule: 'a-rule',
  asset: staging(1),
  pointer: '/x',
  justification: null,
  ...change,
})
const judged = (
  place: RuledPlace,
  notes: readonly AcknowledgedFinding[] = [],
  blocks: readonly string[] = [],
) => judgeFindings([place], notes, blocks)[0]

const base = { rule: 'a-rule', asset: staging(1), pointer: '/x', message: 'Something is so.' }

describe('a finding', () => {
  test('is as grave as its rule says, or as the place itself says, in the words of either', () => {
    expect(judged(found('warning', 'may'))).toEqual({ ...base, severity: 'warning' })
    expect(judged(found('info', 'never'))).toEqual({ ...base, severity: 'info' })
    expect(judged(found('warning', 'may', { severity: 'info', message: 'Words.' }))).toEqual({
      ...base,
      severity: 'info',
      message: 'Words.',
    })
    expect(judged(found('warning', 'with-words', { severity: 'blocker' }))).toEqual({
      ...base,
      severity: 'blocker',
    })
  })

  test('that has to be acknowledged blocks until it is, and says so', () => {
    expect(judged(found('warning', 'must'))).toEqual({
      ...base,
      severity: 'blocker',
      message: 'Something is so. Acknowledge it in the request to go on.',
    })
    expect(judged(found('warning', 'must'), [noted()])).toEqual({
      ...base,
      severity: 'warning',
      acknowledged: true,
      justification: null,
    })
  })

  test('that takes words blocks until it is acknowledged with some', () => {
    const blocking = {
      ...base,
      severity: 'blocker',
      message: 'Something is so. Acknowledge it in the request with a justification to go on.',
    }
    expect(judged(found('warning', 'with-words'))).toEqual(blocking)
    expect(judged(found('warning', 'with-words'), [noted()])).toEqual(blocking)
    expect(judged(found('warning', 'with-words'), [noted({ justification: 'c0ffee' })])).toEqual({
      ...base,
      severity: 'warning',
      acknowledged: true,
      justification: 'c0ffee',
    })
  })

  test('that may be acknowledged is a warning either way', () => {
    expect(judged(found('warning', 'may'), [noted({ justification: 'c0ffee' })])).toEqual({
      ...base,
      severity: 'warning',
      acknowledged: true,
      justification: 'c0ffee',
    })
  })

  test.each([
    ['another rule', noted({ rule: 'other' })],
    ['another asset', noted({ asset: staging(2) })],
    ['another place', noted({ pointer: '/x/y' })],
  ])('is not acknowledged by a note of %s', (_, note) => {
    expect(judged(found('warning', 'must'), [note])).toMatchObject({ severity: 'blocker' })
  })

  test('that cannot be acknowledged, or is only told, stays as it is', () => {
    expect(judged(found('warning', 'never'), [noted()])).toEqual({ ...base, severity: 'warning' })
    expect(judged(found('info', 'must'), [noted()])).toEqual({ ...base, severity: 'info' })
  })

  test('that the policy names blocks, whoever acknowledged it', () => {
    expect(judged(found('warning', 'may'), [noted({ justification: 'c0ffee' })], ['a-rule'])).toEqual({
      ...base,
      severity: 'blocker',
    })
    expect(judged(found('warning', 'may'), [], ['other'])).toMatchObject({ severity: 'warning' })
  })
})

const severity = fc.constantFrom<Severity[]>('blocker', 'warning', 'info')
const ruled = fc
  .record({
    id: fc.constantFrom('a', 'b', 'c'),
    severity,
    acknowledgement: fc.constantFrom<Acknowledgement[]>('never', 'may', 'must', 'with-words'),
    own: fc.option(severity, { nil: undefined }),
    asset: fc.constantFrom(staging(1), staging(2)),
    pointer: fc.constantFrom('', '/x', '/x y'),
  })
  .map(
    ({ id, severity: grave, acknowledgement, own, asset, pointer }): RuledPlace => ({
      rule: { id, severity: grave, acknowledgement, says: 'So it is.' },
      place: { asset, pointer, ...(own === undefined ? {} : { severity: own }) },
    }),
  )
const note = fc.record({
  rule: fc.constantFrom('a', 'b', 'c', 'd'),
  asset: fc.constantFrom(staging(1), staging(2)),
  pointer: fc.constantFrom('', '/x', '/x y'),
  justification: fc.constantFrom(null, 'c0ffee'),
})
const grave = { blocker: 2, warning: 1, info: 0 } as const

describe('whatever was found and acknowledged', () => {
  test('acknowledging removes no blocker that a rule or the policy insists on', () => {
    fc.assert(
      fc.property(fc.array(ruled), fc.array(note), fc.subarray(['a', 'b', 'c']), (places, notes, blocks) => {
        const findings = judgeFindings(places, notes, blocks)
        for (const [index, { rule, place }] of places.entries()) {
          const own = place.severity ?? rule.severity
          if (own === 'blocker' || blocks.includes(rule.id)) expect(findings[index]?.severity).toBe('blocker')
          expect(grave[findings[index]?.severity ?? 'info']).toBeGreaterThanOrEqual(grave[own])
        }
      }),
    )
  })

  test('the policy only raises', () => {
    fc.assert(
      fc.property(fc.array(ruled), fc.array(note), fc.subarray(['a', 'b', 'c']), (places, notes, blocks) => {
        const without = judgeFindings(places, notes, [])
        for (const [index, { severity: raised }] of judgeFindings(places, notes, blocks).entries()) {
          expect(grave[raised]).toBeGreaterThanOrEqual(grave[without[index]?.severity ?? 'info'])
        }
      }),
    )
  })

  test('every acknowledgement either meets a finding or is told to be idle', () => {
    fc.assert(
      fc.property(fc.array(ruled), fc.array(note), (places, notes) => {
        const left = acknowledgementsLeft(places, notes)
        const met = notes.filter((one) =>
          places.some(
            ({ rule, place }) =>
              rule.id === one.rule && place.asset === one.asset && place.pointer === one.pointer,
          ),
        )
        expect(left.length + met.length).toBe(notes.length)
      }),
    )
  })

  test('an idle acknowledgement is a warning at its place, which nothing acknowledges', () => {
    const left = acknowledgementsLeft([found('warning', 'may')], [noted(), noted({ pointer: '/gone' })])
    expect(judgeFindings(left, [noted({ rule: 'acknowledgement-unused', pointer: '/gone' })], [])).toEqual([
      {
        rule: 'acknowledgement-unused',
        severity: 'warning',
        asset: staging(1),
        pointer: '/gone',
        message: 'Nothing was found that this acknowledges. What it meant has changed, or never was.',
      },
    ])
  })
})
