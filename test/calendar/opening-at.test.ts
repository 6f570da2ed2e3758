import { describe, expect, test } from 'vitest'
import { openingAt } from '../../src/calendar/opening-at.ts'
import { instant } from '../../src/domain/identifiers.ts'
import { freezeId, frozen, once, opensAt, openUntil, recurring } from './samples.ts'

const at = (text: string) => instant(text)
const thursdays = recurring('allow', 'FREQ=WEEKLY;BYDAY=TH')

test('without windows and freezes it is always open', () => {
  expect(openingAt([], [], at('2026-03-04T12:00:00Z'))).toEqual(openUntil(null))
})

describe('a window that allows', () => {
  test.each([
    ['2026-03-05T20:59:59.999Z', false],
    ['2026-03-05T21:00:00.000Z', true],
    ['2026-03-05T22:59:59.999Z', true],
    ['2026-03-05T23:00:00.000Z', false],
  ])('has its start and not its end: at %s open is %s', (instantOf, open) => {
    expect(openingAt([thursdays], [], at(instantOf)).open).toBe(open)
  })

  test('says while it is closed by which window, and when it opens', () => {
    expect(openingAt([thursdays], [], at('2026-03-04T12:00:00Z'))).toEqual({
      open: false,
      because: [{ kind: 'window', name: 'FREQ=WEEKLY;BYDAY=TH', window: 'allow' }],
      opensAt: '2026-03-05T21:00:00.000Z',
    })
  })

  test('says while it is open until when', () => {
    expect(openingAt([thursdays], [], at('2026-03-05T22:00:00Z'))).toEqual(openUntil('2026-03-05T23:00:00Z'))
  })

  test('is united with others that overlap or meet it', () => {
    const later = once('allow', '2026-03-05T22:30:00Z', '2026-03-06T01:00:00Z')
    const next = once('allow', '2026-03-06T01:00:00Z', '2026-03-06T02:00:00Z')
    expect(openingAt([thursdays, later, next], [], at('2026-03-05T21:00:00Z'))).toEqual(
      openUntil('2026-03-06T02:00:00Z'),
    )
  })

  test('that does not come within 400 days opens at no time that is known', () => {
    const past = once('allow', '2025-01-01T00:00:00Z', '2025-01-02T00:00:00Z')
    const far = once('allow', '2027-06-01T00:00:00Z', '2027-06-02T00:00:00Z')
    expect(opensAt(openingAt([past, far], [], at('2026-03-05T00:00:00Z')))).toBeNull()
    expect(opensAt(openingAt([past, far], [], at('2026-06-01T00:00:00Z')))).toBe('2027-06-01T00:00:00.000Z')
  })
})

describe('what denies', () => {
  const lunch = recurring('deny', 'FREQ=DAILY', { start: '20260101T120000', duration: 'PT1H', name: 'lunch' })

  test('wins over a window that allows', () => {
    const always = once('allow', '2026-01-01T00:00:00Z', '2028-01-01T00:00:00Z')
    expect(openingAt([always, lunch], [], at('2026-03-04T11:30:00Z'))).toEqual({
      open: false,
      because: [{ kind: 'window', name: 'lunch', window: 'deny' }],
      opensAt: '2026-03-04T12:00:00.000Z',
    })
  })

  test('ends what is open', () => {
    expect(openingAt([lunch], [], at('2026-03-04T08:00:00Z'))).toEqual(openUntil('2026-03-04T11:00:00Z'))
  })

  test('puts the opening off to when everything lets it', () => {
    const freeze = frozen('2026-03-04T00:00:00Z', '2026-03-13T00:00:00Z')
    expect(opensAt(openingAt([thursdays], [freeze], at('2026-03-04T12:00:00Z')))).toBe(
      '2026-03-19T21:00:00.000Z',
    )
    const short = frozen('2026-03-04T00:00:00Z', '2026-03-05T22:15:00Z')
    expect(opensAt(openingAt([thursdays], [short], at('2026-03-04T12:00:00Z')))).toBe(
      '2026-03-05T22:15:00.000Z',
    )
  })
})

describe('a freeze', () => {
  test('names itself and since when it is in force', () => {
    const freeze = frozen('2026-03-04T00:00:00Z', '2026-03-05T00:00:00Z')
    expect(openingAt([], [freeze], at('2026-03-04T12:00:00Z'))).toEqual({
      open: false,
      because: [{ kind: 'freeze', id: freezeId, name: 'Inventory', since: '2026-03-04T00:00:00.000Z' }],
      opensAt: '2026-03-05T00:00:00.000Z',
    })
  })

  test('that recurs is in force since its present time began', () => {
    const weekend = recurring('deny', 'FREQ=WEEKLY;BYDAY=SA', { start: '20260103T000000', duration: 'P2D' })
    const { name: _, ...times } = weekend
    const freeze = { ...times, kind: 'freeze', id: freezeId, name: null } as const
    expect(openingAt([], [freeze], at('2026-03-08T12:00:00Z'))).toEqual({
      open: false,
      because: [{ kind: 'freeze', id: freezeId, name: null, since: '2026-03-06T23:00:00.000Z' }],
      opensAt: '2026-03-08T23:00:00.000Z',
    })
  })

  test('without an end opens at no time that is known', () => {
    expect(
      opensAt(openingAt([], [frozen('2026-03-04T00:00:00Z', null)], at('2026-03-04T12:00:00Z'))),
    ).toBeNull()
  })

  test('of the organization closes everything, and is told beside the others', () => {
    const since = at('2026-03-04T11:00:00Z')
    const opening = openingAt(
      [thursdays],
      [{ kind: 'organization-freeze', since }, frozen('2026-03-04T00:00:00Z', '2026-03-05T00:00:00Z')],
      at('2026-03-04T12:00:00Z'),
    )
    expect(opening).toMatchObject({ open: false, opensAt: null })
    expect(opening.open ? [] : opening.because.map(({ kind }) => kind)).toEqual([
      'organization-freeze',
      'freeze',
      'window',
    ])
  })
})

describe('where the clocks change', () => {
  const nightly = (zone: string, duration = 'PT1H') =>
    recurring('allow', 'FREQ=DAILY', { zone, start: '20260101T023000', duration })

  test('a start in the hour that is skipped is as much later as the clocks were put forward', () => {
    expect(opensAt(openingAt([nightly('Europe/Berlin')], [], at('2026-03-29T00:00:00Z')))).toBe(
      '2026-03-29T01:30:00.000Z',
    )
    expect(openingAt([nightly('Europe/Berlin')], [], at('2026-03-29T01:30:00Z'))).toEqual(
      openUntil('2026-03-29T02:30:00Z'),
    )
  })

  test('a start in the hour that comes twice is in the first', () => {
    expect(openingAt([nightly('Europe/Berlin')], [], at('2026-10-25T00:30:00Z'))).toEqual(
      openUntil('2026-10-25T01:30:00Z'),
    )
    expect(openingAt([nightly('Europe/Berlin')], [], at('2026-10-25T01:30:00Z')).open).toBe(false)
  })

  test('a duration in days ends at the same hour, one in hours is elapsed time', () => {
    const noon = { start: '20260101T120000' }
    const days = recurring('allow', 'FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=28', { ...noon, duration: 'P1D' })
    const hours = recurring('allow', 'FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=28', { ...noon, duration: 'PT24H' })
    expect(openingAt([days], [], at('2026-03-28T12:00:00Z'))).toEqual(openUntil('2026-03-29T10:00:00Z'))
    expect(openingAt([hours], [], at('2026-03-28T12:00:00Z'))).toEqual(openUntil('2026-03-29T11:00:00Z'))
  })

  test('whole days leave no gap, however long they are', () => {
    const always = recurring('allow', 'FREQ=DAILY', {
      zone: 'America/New_York',
      start: '20260101T000000',
      duration: 'P1D',
    })
    expect(openingAt([always], [], at('2026-02-01T00:00:00Z'))).toEqual(openUntil(null))
  })
})

describe('the calendar', () => {
  test('has the 29th of February in leap years only', () => {
    const leap = recurring('allow', 'FREQ=YEARLY', { start: '20240229T100000', zone: 'UTC' })
    expect(opensAt(openingAt([leap], [], at('2026-02-01T00:00:00Z')))).toBeNull()
    expect(opensAt(openingAt([leap], [], at('2027-12-01T00:00:00Z')))).toBe('2028-02-29T10:00:00.000Z')
  })

  test('has zones that are three quarters of an hour off', () => {
    const evening = recurring('allow', 'FREQ=DAILY', { zone: 'Asia/Kathmandu', start: '20260101T180000' })
    expect(opensAt(openingAt([evening], [], at('2026-03-04T00:00:00Z')))).toBe('2026-03-04T12:15:00.000Z')
  })

  test('ends with COUNT, however long ago it began', () => {
    const thrice = recurring('allow', 'FREQ=DAILY;COUNT=3', { zone: 'UTC', start: '20260301T100000' })
    expect(opensAt(openingAt([thrice], [], at('2026-03-02T12:00:00Z')))).toBe('2026-03-03T10:00:00.000Z')
    expect(opensAt(openingAt([thrice], [], at('2026-03-03T12:00:00Z')))).toBeNull()
  })

  test.each([
    ['a date, with all of it', '20260303', '2026-03-03T21:00:00.000Z'],
    ['a local time, itself included', '20260303T220000', '2026-03-03T21:00:00.000Z'],
    ['a time in UTC, itself included', '20260303T210000Z', '2026-03-03T21:00:00.000Z'],
    ['a time in UTC just before', '20260303T205959Z', null],
  ])('ends with UNTIL as %s', (_, until, expected) => {
    const evenings = recurring('allow', `FREQ=DAILY;UNTIL=${until}`)
    expect(opensAt(openingAt([evenings], [], at('2026-03-03T00:00:00Z')))).toBe(expected)
    expect(opensAt(openingAt([evenings], [], at('2026-03-04T00:00:00Z')))).toBeNull()
  })

  test('leaves out what EXDATE names', () => {
    const { recurrence: _, ...rest } = { recurrence: '', ...thursdays }
    const window = {
      ...rest,
      zone: 'Europe/Berlin',
      duration: 'PT2H',
      recurrence:
        'DTSTART:20260101T220000\nRRULE:FREQ=WEEKLY;BYDAY=TH\nEXDATE:20260305T220000,20260312T220000\n',
    }
    expect(opensAt(openingAt([window], [], at('2026-03-04T00:00:00Z')))).toBe('2026-03-19T21:00:00.000Z')
  })

  test('has the last Friday of a month', () => {
    const last = recurring('allow', 'FREQ=MONTHLY;BYDAY=-1FR', { zone: 'UTC' })
    expect(opensAt(openingAt([last], [], at('2026-03-01T00:00:00Z')))).toBe('2026-03-27T22:00:00.000Z')
  })
})
