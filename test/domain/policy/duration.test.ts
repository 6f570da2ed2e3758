import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calendarDuration, durationMilliseconds } from '../../../src/domain/policy/duration.ts'

describe('a duration', () => {
  test.each([
    ['P7D', 604_800_000],
    ['P1W', 604_800_000],
    ['PT10M', 600_000],
    ['PT1H30M', 5_400_000],
    ['P1DT12H', 129_600_000],
    ['PT0.25S', 250],
    ['PT1.001S', 1_001],
    ['PT0S', 0],
  ])('%s is %i milliseconds', (text, milliseconds) => {
    expect(durationMilliseconds(text)).toBe(milliseconds)
  })

  test.each([
    '',
    'P',
    'PT',
    'P1DT',
    '7D',
    'P7',
    'P1M',
    'P1Y',
    'P-1D',
    '-P1D',
    'P1.5D',
    'PT1.0001S',
    'PT1,5S',
    'P1H',
    'PT1D',
    'PT1S1M',
    'p7d',
    ' P7D',
    'P7D\n',
    'P٧D',
  ])('is not written %j', (text) => {
    expect(() => durationMilliseconds(text)).toThrow(
      new RangeError(
        'a duration is written in ISO 8601 as weeks, days, hours, minutes and seconds, like P7D',
      ),
    )
  })

  test('is the sum of its parts', () => {
    const amount = fc.integer({ min: 0, max: 999 })
    fc.assert(
      fc.property(amount, amount, amount, amount, amount, (weeks, days, hours, minutes, milliseconds) => {
        const seconds = (milliseconds / 1000).toFixed(3)
        const text = `P${weeks}W${days}DT${hours}H${minutes}M${seconds}S`
        const sum = (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60_000 + milliseconds
        expect(durationMilliseconds(text)).toBe(sum)
      }),
    )
  })

  test('tells days of the calendar from elapsed time', () => {
    expect(calendarDuration('P1W2DT3H4M5.006S')).toEqual({ days: 9, milliseconds: 11_045_006 })
    expect(calendarDuration('P2D')).toEqual({ days: 2, milliseconds: 0 })
    expect(calendarDuration('PT48H')).toEqual({ days: 0, milliseconds: 172_800_000 })
    expect(() => calendarDuration('P1M')).toThrow(RangeError)
  })

  test('is refused with a RangeError or is a whole number of milliseconds, whatever the text', () => {
    const text = fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom('P', 'T', 'D', 'H', 'M', 'S', 'W', '1', '0', '.', '7'))
        .map((parts) => `P${parts.join('')}`),
    )
    fc.assert(
      fc.property(text, (written) => {
        try {
          expect(Number.isInteger(durationMilliseconds(written))).toBe(true)
        } catch (error) {
          if (!(error instanceof RangeError)) throw error
        }
      }),
      { numRuns: 1000 },
    )
  })
})
