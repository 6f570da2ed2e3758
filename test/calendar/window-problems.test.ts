import { describe, expect, test } from 'vitest'
import { openingAt } from '../../src/calendar/opening-at.ts'
import { timesProblems, windowProblems } from '../../src/calendar/window-problems.ts'
import { instant } from '../../src/domain/identifiers.ts'
import { once, recurring } from './samples.ts'

const pointers = (rule: string, change = {}) =>
  windowProblems(recurring('allow', rule, change)).map(({ pointer }) => pointer)

test.each([
  'FREQ=DAILY',
  'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;WKST=SU',
  'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
  'FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29',
  'FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO',
  'FREQ=DAILY;BYHOUR=6,18;BYMINUTE=0,30;COUNT=1000',
  'FREQ=DAILY;UNTIL=20270101T000000Z',
])('%s is accepted', (rule) => {
  expect(pointers(rule)).toEqual([])
})

describe('refused is', () => {
  test.each([
    ['more often than daily', 'FREQ=HOURLY'],
    ['every second', 'FREQ=SECONDLY'],
    ['seconds', 'FREQ=DAILY;BYSECOND=0'],
    ['more than a few times a day', 'FREQ=DAILY;BYHOUR=1,2,3,4,5'],
    ['more than a few times a day by minutes', 'FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,30'],
    ['a huge count', 'FREQ=DAILY;COUNT=1000000000'],
    ['a huge interval', 'FREQ=DAILY;INTERVAL=999999999'],
    ['a count that takes long to reach', 'FREQ=DAILY;BYMONTHDAY=31;BYDAY=MO;COUNT=1000'],
    ['a count that is never reached', 'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1'],
    ['the day of a year in a week of it', 'FREQ=YEARLY;BYYEARDAY=1;BYWEEKNO=30'],
    ['an interval of nothing', 'FREQ=DAILY;INTERVAL=0'],
    ['count and until', 'FREQ=DAILY;COUNT=2;UNTIL=20270101'],
    ['a day that no calendar has', 'FREQ=DAILY;UNTIL=20270230'],
    ['a part twice', 'FREQ=DAILY;FREQ=WEEKLY'],
    ['a member twice', 'FREQ=WEEKLY;BYDAY=MO,MO'],
    ['no frequency', 'COUNT=2'],
    ['another calendar', 'RSCALE=CHINESE;FREQ=YEARLY'],
    ['a name of every object', '__proto__=1;FREQ=DAILY'],
    ['place zero', 'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0'],
    ['the zeroth Monday', 'FREQ=MONTHLY;BYDAY=0MO'],
    ['what RFC 5545 does not let go together', 'FREQ=WEEKLY;BYMONTHDAY=3'],
    ['places of nothing', 'FREQ=MONTHLY;BYSETPOS=1'],
    ['an empty list', 'FREQ=WEEKLY;BYDAY='],
    ['lower case', 'freq=daily'],
  ])('%s', (_, rule) => {
    expect(pointers(rule)).toEqual(['/recurrence'])
  })

  test.each([
    ['a text without DTSTART', 'RRULE:FREQ=DAILY'],
    ['a DTSTART in UTC', 'DTSTART:20260101T220000Z\nRRULE:FREQ=DAILY'],
    ['a DTSTART with a zone', 'DTSTART;TZID=Europe/Berlin:20260101T220000\nRRULE:FREQ=DAILY'],
    ['a DTSTART that is no day', 'DTSTART:20260230T220000\nRRULE:FREQ=DAILY'],
    ['a DTSTART long ago', 'DTSTART:19000101T220000\nRRULE:FREQ=DAILY'],
    ['two rules', 'DTSTART:20260101T220000\nRRULE:FREQ=DAILY\nRRULE:FREQ=DAILY'],
    ['further dates', 'DTSTART:20260101T220000\nRRULE:FREQ=DAILY\nRDATE:20260101T220000'],
    ['an exception in UTC', 'DTSTART:20260101T220000\nRRULE:FREQ=DAILY\nEXDATE:20260101T220000Z'],
    ['a long text', `DTSTART:20260101T220000\nRRULE:FREQ=DAILY\nEXDATE:${'20260101T220000,'.repeat(200)}`],
  ])('%s', (_, recurrence) => {
    const times = { recurrence, zone: 'UTC', duration: 'PT1H' }
    expect(timesProblems(times).map(({ pointer }) => pointer)).toEqual(['/recurrence'])
  })

  test.each(['Europe/Nowhere', '+05:45', '', 'Europe/Berlin; DROP', 'local', '../UTC'])(
    'the zone %j',
    (zone) => {
      expect(pointers('FREQ=DAILY', { zone })).toEqual(['/zone'])
    },
  )

  test.each(['PT0S', 'P32D', 'P1M', '-PT1H', 'PT', '', 'P1W1D1W', 'PT745H'])(
    'the duration %j',
    (duration) => {
      expect(pointers('FREQ=DAILY', { duration })).toEqual(['/duration'])
    },
  )

  test('a single time that ends before it begins, or as it does', () => {
    expect(windowProblems(once('allow', '2026-03-02T00:00:00Z', '2026-03-01T00:00:00Z'))).toHaveLength(1)
    expect(windowProblems(once('allow', '2026-03-02T00:00:00Z', '2026-03-02T00:00:00Z'))).toHaveLength(1)
  })

  test('a window without an end, which a freeze may be', () => {
    const endless = { startsAt: instant('2026-03-02T00:00:00Z'), endsAt: null }
    expect(timesProblems(endless)).toEqual([])
    expect(windowProblems({ ...endless, name: 'endless', kind: 'deny' })).toHaveLength(1)
  })

  test('no value of what was sent is repeated', () => {
    const sent = windowProblems(
      recurring('allow', 'FREQ=SECRETLY', { zone: 'Secret/Place', duration: 'PSECRET' }),
    )
    expect(JSON.stringify(sent)).not.toMatch(/secret/i)
  })
})

// A bound far above what it takes, for machines that are busy.
describe('the search for an opening ends soon', () => {
  const seconds = 5
  test.each([
    ['as often as may be', 'FREQ=DAILY;BYHOUR=0,6,12,18'],
    ['never', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'],
    ['never, by two parts that exclude each other', 'FREQ=YEARLY;BYYEARDAY=1;BYMONTH=3'],
    [
      'by a place among all days of a year',
      `FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,6,12,18;BYSETPOS=-366`,
    ],
    ['with the largest interval', 'FREQ=YEARLY;INTERVAL=1000'],
    ['so often, long ago', 'FREQ=DAILY;BYDAY=MO;BYMONTHDAY=1,2,3,4,5,6,7;COUNT=59'],
  ])('for ten windows that come %s', (_, rule) => {
    const window = recurring('deny', rule, {
      zone: 'America/St_Johns',
      start: '20000101T000000',
      duration: 'PT6H',
    })
    expect(windowProblems(window)).toEqual([])
    const before = performance.now()
    openingAt(Array(10).fill(window), [], instant('2026-03-01T00:00:00Z'))
    expect(performance.now() - before).toBeLessThan(seconds * 1000)
  })
})
