import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openingAt } from '../../src/calendar/opening-at.ts'
import { unite, without } from '../../src/calendar/stretches.ts'
import { timesProblems } from '../../src/calendar/window-problems.ts'
import { instant } from '../../src/domain/identifiers.ts'
import type { Window } from '../../src/domain/policy/window.ts'
import { clocksOf, coveredBy, type PlainRule } from './oracle.ts'

const minute = 60_000
const day = 1_440

// Places and days at which clocks change by an hour or half of one, at midnight, or not at all.
const scenes = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2028-03-12'],
  ['America/St_Johns', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['Africa/Cairo', '2026-04-24'],
  ['America/Havana', '2026-11-01'],
  ['Pacific/Chatham', '2026-09-27'],
  ['Asia/Kathmandu', '2028-02-29'],
  ['UTC', '2026-12-31'],
] as const

// What is asked about lies in the last five of seventeen days, so that whatever reaches into them is known.
const before = 12
const asked = 5
const known = scenes.map(([zone, date]) => {
  const from = Date.parse(`${date}T00:00:00Z`) - (before + 2) * day * minute
  return { zone, from, clocks: clocksOf(zone, from, (before + asked) * day) }
})

const someOf = <Value>(values: readonly Value[], most: number) =>
  fc.uniqueArray(fc.constantFrom(...values), { maxLength: most })
const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const

/** A rule that began up to 100 days before the first clock, at any minute. */
function ruleFrom(first: number): fc.Arbitrary<PlainRule> {
  return fc
    .record({
      frequency: fc.constantFrom('DAILY' as const, 'WEEKLY' as const, 'MONTHLY' as const),
      interval: fc.constantFrom(1, 1, 2, 3),
      age: fc.integer({ min: -15 * day, max: 100 * day }),
      weekdays: someOf(weekdays, 4),
      ordinals: someOf(['1SU', '-1SU', '2TU', '-1FR', '4SA', '5WE'], 3),
      monthDays: someOf([1, 5, 12, 25, 28, 29, 30, 31, -1, -2], 4),
      months: fc.oneof(fc.constant([]), someOf([2, 3, 4, 9, 10, 11, 12], 5)),
      hours: someOf([0, 1, 2, 3, 12, 23], 3),
      weekStart: fc.constantFrom(...weekdays),
      bound: fc.constantFrom('none', 'none', 'count', 'until'),
      limit: fc.integer({ min: 1, max: 40 }),
      skipped: someOf([0, 1, 2, 5, 7], 2),
      duration: fc.oneof(
        fc.record({ days: fc.constant(0), minutes: fc.integer({ min: 1, max: 3 * day }) }),
        fc.record({ days: fc.integer({ min: 1, max: 7 }), minutes: fc.constantFrom(0, 0, 90) }),
      ),
    })
    .map(({ age, bound, limit, skipped, ordinals, weekdays: plain, ...rule }) => {
      const start = first - age
      const days = rule.frequency === 'MONTHLY' ? ordinals : plain
      return {
        ...rule,
        start,
        days,
        monthDays: rule.frequency === 'WEEKLY' || days.length > 0 ? [] : rule.monthDays,
        count: bound === 'count' ? limit : null,
        until: bound === 'until' ? start + limit * day + 30 : null,
        exceptions: skipped.map((later) => start + later * day),
      }
    })
}

const written = (local: number) => new Date(local * minute).toISOString().replaceAll(/[-:]|\.000Z/g, '')

function windowOf(rule: PlainRule, zone: string, kind: Window['kind']): Window {
  const part = (name: string, values: readonly unknown[]) =>
    values.length === 0 ? [] : [`${name}=${values}`]
  const parts = [
    `FREQ=${rule.frequency}`,
    `INTERVAL=${rule.interval}`,
    `WKST=${rule.weekStart}`,
    ...part('BYDAY', rule.days),
    ...part('BYMONTHDAY', rule.monthDays),
    ...part('BYMONTH', rule.months),
    ...part('BYHOUR', rule.hours),
    ...(rule.count === null ? [] : [`COUNT=${rule.count}`]),
    ...(rule.until === null ? [] : [`UNTIL=${written(rule.until)}`]),
  ]
  const lines = [`DTSTART:${written(rule.start)}`, `RRULE:${parts.join(';')}`]
  if (rule.exceptions.length > 0) lines.push(`EXDATE:${rule.exceptions.map(written)}`)
  const { days, minutes } = rule.duration
  const duration = `P${days > 0 ? `${days}D` : ''}${minutes > 0 ? `T${minutes}M` : ''}`
  return { name: 'any', kind, zone, duration, recurrence: lines.join('\n') }
}

const scene = fc.constantFrom(...known).chain((clock) => {
  const [first = 0] = clock.clocks
  const kind = fc.constantFrom('allow' as const, 'deny' as const)
  const rules = fc.array(fc.record({ kind, rule: ruleFrom(first + 5 * day) }), { minLength: 1, maxLength: 3 })
  const moments = fc.array(fc.integer({ min: before * day, max: (before + asked) * day - 1 }), {
    minLength: 8,
    maxLength: 8,
  })
  return fc.record({ clock: fc.constant(clock), rules, moments })
})

test('the answer is the one that looking at every minute gives', () => {
  const seen = { open: 0, closed: 0, changes: 0 }
  fc.assert(
    fc.property(scene, ({ clock: { zone, from, clocks }, rules, moments }) => {
      const windows = rules.map(({ kind, rule }) => windowOf(rule, zone, kind))
      const covered = rules.map(({ kind, rule }) => ({ kind, minutes: coveredBy(rule, clocks) }))
      const allowing = covered.filter(({ kind }) => kind === 'allow')
      const openIn = clocks.map(
        (_, place) =>
          (allowing.length === 0 || allowing.some(({ minutes }) => minutes[place])) &&
          !covered.some(({ kind, minutes }) => kind === 'deny' && minutes[place]),
      )
      for (const moment of moments) {
        const opening = openingAt(windows, [], instant(from + moment * minute))
        const open = openIn[moment]
        expect(opening.open).toBe(open)
        const answered = opening.open ? opening.until : opening.opensAt
        const place = openIn.findIndex((one, later) => later > moment && one !== open)
        const changes = place < 0 ? null : instant(from + place * minute)
        const within = answered !== null && Date.parse(answered) < from + clocks.length * minute
        expect(within ? answered : null).toBe(changes)
        seen[open ? 'open' : 'closed'] += 1
        seen.changes += changes === null ? 0 : 1
      }
    }),
    { numRuns: 300 },
  )
  expect(Math.min(seen.open, seen.closed, seen.changes)).toBeGreaterThan(100)
})

test('whatever is written as a rule is worked out or refused with a place, never raised', () => {
  const names = [
    'FREQ',
    'COUNT',
    'UNTIL',
    'INTERVAL',
    'BYDAY',
    'BYHOUR',
    'BYSETPOS',
    'BYMONTHDAY',
    'BYWEEKNO',
  ]
  const values = [
    'DAILY',
    'WEEKLY',
    'YEARLY',
    '1',
    '-1',
    '0',
    '53',
    '366',
    'MO',
    '-1FR',
    'MO,TU',
    '20260301',
    '1,2',
  ]
  const part = fc.tuple(fc.constantFrom(...names), fc.constantFrom(...values)).map((pair) => pair.join('='))
  const rule = fc
    .array(part, { minLength: 1, maxLength: 4 })
    .map((parts) => ['FREQ=YEARLY', ...parts].join(';'))
  const texts = fc.oneof(
    fc.string(),
    rule.map((text) => `DTSTART:20260101T100000\nRRULE:${text}`),
  )
  fc.assert(
    fc.property(texts, (recurrence) => {
      const times = { recurrence, zone: 'Asia/Kathmandu', duration: 'PT1H' }
      if (timesProblems(times).length > 0) return
      openingAt([{ ...times, name: 'any', kind: 'allow' }], [], instant('2026-02-28T12:00:00Z'))
    }),
    { numRuns: 300 },
  )
})

const stretch = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 12 }))
const stretches = fc.array(
  stretch.map(([from, length]) => ({ from, to: from + length })),
  { maxLength: 6 },
)
const holds = (set: readonly { from: number; to: number }[], at: number) =>
  set.some(({ from, to }) => from <= at && at < to)

test('stretches that are united or taken away hold exactly the instants that they should', () => {
  fc.assert(
    fc.property(stretches, stretches, (some, others) => {
      const united = unite(some)
      const left = without(united, unite(others))
      for (let at = -1; at < 60; at += 1) {
        expect(holds(united, at)).toBe(holds(some, at))
        expect(holds(left, at)).toBe(holds(some, at) && !holds(others, at))
      }
      for (const [place, { to }] of united.slice(0, -1).entries()) {
        expect(to).toBeLessThan(united[place + 1]?.from ?? 0)
      }
    }),
  )
})
