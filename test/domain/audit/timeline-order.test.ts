import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type TimelineEntry, timelineOrder } from '../../../src/domain/audit/timeline-order.ts'

const origins = ['control', 'production', 'staging']

interface Step {
  readonly origin: string
  /** How wrong that log's clock is. */
  readonly skew: number
  readonly cites: readonly number[]
}

/** What really happened, one step after the other: each may rest on any step before it, whatever its clock says. */
const history: fc.Arbitrary<readonly Step[]> = fc
  .record({
    skews: fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 3, maxLength: 3 }),
    steps: fc.array(fc.record({ log: fc.nat(2), cites: fc.array(fc.nat(), { maxLength: 2 }) }), {
      maxLength: 30,
    }),
  })
  .map(({ skews, steps }) =>
    steps.map(({ log, cites }, step) => ({
      origin: origins[log] ?? '',
      skew: skews[log] ?? 0,
      cites: step === 0 ? [] : cites.map((cited) => cited % step),
    })),
  )

function timeOf(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, -1)}000Z`
}

function entriesOf(steps: readonly Step[]): readonly TimelineEntry[] {
  const places = steps.map(({ origin }, step) => ({
    origin,
    index: steps.slice(0, step).filter((earlier) => earlier.origin === origin).length,
  }))
  return steps.map(({ skew, cites }, step) => ({
    ...(places[step] ?? { origin: '', index: 0 }),
    time: timeOf(step * 10 + skew),
    cites: cites.flatMap((cited) => places[cited] ?? []),
  }))
}

function placeIn(order: readonly TimelineEntry[], { origin, index }: { origin: string; index: number }) {
  return order.findIndex((entry) => entry.origin === origin && entry.index === index)
}

describe('a timeline', () => {
  test('holds every entry once', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const entries = entriesOf(steps)
        const order = timelineOrder(entries)
        expect(order).toHaveLength(entries.length)
        expect(new Set(order)).toEqual(new Set(entries))
      }),
    )
  })

  test('keeps the order of each log, and puts nothing before what it rests on', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const order = timelineOrder(entriesOf(steps))
        for (const [place, entry] of order.entries()) {
          for (const cited of entry.cites) expect(placeIn(order, cited)).toBeLessThan(place)
          const before = order.slice(0, place).filter(({ origin }) => origin === entry.origin)
          expect(before.map(({ index }) => index)).toEqual(before.map((_, index) => index))
          expect(entry.index).toBe(before.length)
        }
      }),
    )
  })

  test('is by time where nothing else says otherwise', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const order = timelineOrder(entriesOf(steps.map((step) => ({ ...step, skew: 0, cites: [] }))))
        expect(order.map(({ time }) => time)).toEqual(order.map(({ time }) => time).toSorted())
      }),
    )
  })

  test('does not depend on the order in which the entries come', () => {
    fc.assert(
      fc.property(
        history.chain((steps) => {
          const entries = entriesOf(steps)
          const shuffled = fc.shuffledSubarray([...entries], { minLength: entries.length })
          return fc.tuple(fc.constant(entries), shuffled)
        }),
        ([entries, shuffled]) => {
          expect(timelineOrder(shuffled)).toEqual(timelineOrder(entries))
        },
      ),
    )
  })

  test('puts a landing after its authorization although production’s clock is behind', () => {
    const authorized = { origin: 'control', index: 4, time: timeOf(9_000), cites: [] }
    const landed = { origin: 'production', index: 0, time: timeOf(1_000), cites: [authorized] }
    const receipted = { origin: 'control', index: 5, time: timeOf(9_500), cites: [landed] }
    expect(timelineOrder([landed, receipted, authorized])).toEqual([authorized, landed, receipted])
  })

  test('does without entries that are cited but not among them, and ends when a forged log cites in a circle', () => {
    const absent = { origin: 'control', index: 99 }
    const alone = { origin: 'production', index: 3, time: timeOf(1), cites: [absent] }
    expect(timelineOrder([alone])).toEqual([alone])
    const one = { origin: 'control', index: 0, time: timeOf(1), cites: [{ origin: 'production', index: 0 }] }
    const other = {
      origin: 'production',
      index: 0,
      time: timeOf(2),
      cites: [{ origin: 'control', index: 0 }],
    }
    expect(timelineOrder([other, one])).toEqual([one, other])
  })
})

test('entries of one time are in the order of their logs’ names', () => {
  const at = (origin: string, index = 0): TimelineEntry => ({
    origin,
    index,
    time: '2026-11-20T12:00:00Z',
    cites: [],
  })
  const names = (entries: readonly TimelineEntry[]) =>
    timelineOrder(entries).map((one) => `${one.origin}${one.index}`)
  expect(names([at('c'), at('a'), at('b', 1), at('b')])).toEqual(['a0', 'b0', 'b1', 'c0'])
  expect(names([at('b'), at('b', 1), at('a'), at('c')])).toEqual(['a0', 'b0', 'b1', 'c0'])
  expect(timelineOrder([])).toEqual([])
})
