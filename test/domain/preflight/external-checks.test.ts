import { describe, expect, test } from 'vitest'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import { cleanText } from '../../../src/domain/preflight/checks/clean-text.ts'
import { type CheckOutcome, checksPending } from '../../../src/domain/preflight/checks/outcomes.ts'
import { preflightRuleIds } from '../../../src/domain/preflight/registry.ts'
import { foundByPolicy, itemWith, plainRule, routed, staging } from './sample-preflight.ts'

const check = (name: string, url = 'https://checks.example/ask?token=hush') => ({
  name,
  url,
  deadline: 'PT5S',
})
const rule: Policy['rules'][number] = { ...plainRule, checks: [check('one'), check('other')] }
const items = [itemWith({}, { asset: staging(2) }), itemWith({}, { asset: staging(1) })]
const answered = (...findings: Extract<CheckOutcome, { kind: 'answered' }>['findings']): CheckOutcome => ({
  kind: 'answered',
  findings,
})
const asked = (checks: Readonly<Record<string, CheckOutcome>>) =>
  routed(items, { rule, checks: new Map(Object.entries(checks)) })

describe('what checks outside found', () => {
  const place = { asset: staging(2), pointer: '/a' }
  const said = asked({
    one: answered(
      { severity: 'info', asset: null, pointer: '', message: 'About all.' },
      { severity: 'blocker', ...place, message: 'About this.' },
    ),
    other: answered(),
  })

  test('is told as grave as they say, with their name and host and no more of the address', () => {
    const told = 'The check “one” at checks.example says:'
    expect(foundByPolicy('external-check', said)).toEqual([
      {
        rule: 'external-check',
        severity: 'info',
        asset: staging(1),
        pointer: '',
        message: `${told} About all.`,
      },
      { rule: 'external-check', severity: 'blocker', ...place, message: `${told} About this.` },
    ])
    expect(foundByPolicy('external-check-unanswered', said)).toEqual([])
    expect(checksPending(said)).toEqual([])
  })

  test('is told of none that the rule does not name', () => {
    const more = asked({ stranger: answered({ severity: 'info', asset: null, pointer: '', message: 'x' }) })
    expect(foundByPolicy('external-check', more)).toEqual([])
  })
})

describe('a check that gave no answer', () => {
  test('blocks, each by itself, with the reason and what to do', () => {
    const silent = asked({ one: { kind: 'unanswered', detail: 'It was away.' }, other: answered() })
    expect(foundByPolicy('external-check-unanswered', silent)).toEqual([
      {
        rule: 'external-check-unanswered',
        severity: 'blocker',
        asset: staging(1),
        pointer: '',
        message:
          'The check “one” at checks.example gave no answer that counts. It was away. Resubmit to ask it again.',
      },
    ])
    expect(foundByPolicy('external-check', silent)).toEqual([])
  })

  test('blocks where it was never asked, too', () => {
    expect(foundByPolicy('external-check-unanswered', asked({ one: answered() }))).toMatchObject([
      { message: expect.stringMatching(/“other” .* never asked/) },
    ])
  })
})

describe('where nobody is asked yet', () => {
  const pending = routed(items, { rule, checks: 'not-yet' })

  test('the checks that would be are told of, and nothing blocks', () => {
    expect(foundByPolicy('external-check', pending)).toEqual([])
    expect(foundByPolicy('external-check-unanswered', pending)).toEqual([])
    expect(checksPending(pending)).toMatchObject([
      { rule: { id: 'external-check-pending', severity: 'info' }, place: { asset: staging(1), pointer: '' } },
      { place: { message: expect.stringContaining('The check “other” at checks.example is asked once') } },
    ])
  })

  test('no policy names that as something that blocks', () => {
    expect(preflightRuleIds.has('external-check-pending')).toBe(false)
    expect(preflightRuleIds.has('external-check')).toBe(true)
  })

  test('there is none where the rule has no checks, or nothing is promoted', () => {
    for (const checks of ['not-yet', new Map()] as const) {
      for (const nothing of [routed(items, { checks }), routed([], { rule, checks })]) {
        expect(checksPending(nothing)).toEqual([])
        expect(foundByPolicy('external-check', nothing)).toEqual([])
        expect(foundByPolicy('external-check-unanswered', nothing)).toEqual([])
      }
    }
  })
})

test.each([
  ['plain words', 'plain words'],
  ['  two\n\n lines\u2029', 'two lines'],
  ['left\u200bright \u2066turned\u2069', 'leftright turned'],
  ['non\u200cLatin می\u200cخواهم', 'nonLatin می\u200cخواهم'],
  ['\u0000\u0007', null],
  ['\u200b\u2800', null],
  ['', null],
])('the words %j are shown as %j', (text, shown) => {
  expect(cleanText(text)).toBe(shown)
})
