import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalBytes } from '../../src/trust/canonical.ts'
import { buildLeaf } from '../../src/trust/leaf.ts'
import { leafHash, rootOf } from '../../src/trust/merkle.ts'
import { type LogEntry, verifyLog } from '../../src/trust/verify-log.ts'
import { flipBit } from './flip-bit.ts'

const ORIGIN = 'countersign.example/organization/7'

function leaf(index: number, change: { source?: string; time?: string } = {}): Uint8Array {
  return buildLeaf({
    data: canonicalBytes({ number: index }),
    id: `event-${index}`,
    source: ORIGIN,
    subject: 'promotion/42',
    // Two entries share each second: equal times are in order.
    time: `2026-10-05T12:34:${String(index >> 1).padStart(2, '0')}.000000Z`,
    type: 'promotion.requested',
    ...change,
  })
}

const logOf = (leaves: readonly Uint8Array[]): LogEntry[] =>
  leaves.map((bytes, index) => ({ index, leaf: bytes }))
const headOf = (leaves: readonly Uint8Array[]) => ({
  size: leaves.length,
  root: rootOf(leaves.map(leafHash)),
})

const LEAVES = Array.from({ length: 20 }, (_, index) => leaf(index))
const EXPECTED = headOf(LEAVES)

describe('a log is verified', () => {
  test('when its entries are complete and give the expected root, at any size', () => {
    for (let size = 0; size <= LEAVES.length; size += 1) {
      const leaves = LEAVES.slice(0, size)
      const expected = headOf(leaves)
      expect(verifyLog({ origin: ORIGIN, entries: logOf(leaves), expected })).toEqual({
        verified: true,
        ...expected,
      })
    }
  })

  test('entry by entry, from a source that is read once', () => {
    function* entries(): Generator<LogEntry> {
      yield* logOf(LEAVES)
    }
    expect(verifyLog({ origin: ORIGIN, entries: entries(), expected: EXPECTED }).verified).toBe(true)
  })
})

describe('a log is refused', () => {
  const verdict = (entries: Iterable<LogEntry>, expected = EXPECTED) =>
    verifyLog({ origin: ORIGIN, entries, expected })

  test('when an entry is missing, doubled or out of order', () => {
    const log = logOf(LEAVES)
    const gap = { verified: false, reason: 'index-gap' }
    expect(verdict(log.toSpliced(7, 1))).toMatchObject({ ...gap, index: 7 })
    expect(verdict(log.toSpliced(7, 0, { index: 7, leaf: leaf(7) }))).toMatchObject({ ...gap, index: 8 })
    expect(verdict(log.toReversed())).toMatchObject({ ...gap, index: 0 })
    expect(verdict(log.slice(1))).toMatchObject({ ...gap, index: 0 })
  })

  test('when it is shorter or longer than expected, even without an end', () => {
    function* endless(): Generator<LogEntry> {
      for (let index = 0; ; index += 1) yield { index, leaf: leaf(Math.min(index, 100)) }
    }
    const mismatch = { verified: false, reason: 'size-mismatch' }
    expect(verdict(logOf(LEAVES.slice(0, -1)))).toMatchObject(mismatch)
    expect(verdict(logOf([...LEAVES, leaf(20)]))).toMatchObject(mismatch)
    expect(verdict(endless())).toMatchObject(mismatch)
    expect(verdict([])).toMatchObject(mismatch)
  })

  test('when two entries changed places and were numbered anew', () => {
    const [first, second] = [leaf(4), leaf(5)]
    expect(verdict(logOf(LEAVES.toSpliced(4, 2, second, first)))).toMatchObject({ reason: 'root-mismatch' })
  })

  test('when an entry is of another log, whatever the root', () => {
    const leaves = LEAVES.with(3, leaf(3, { source: 'countersign.example/organization/8' }))
    expect(verdict(logOf(leaves), headOf(leaves))).toMatchObject({ reason: 'foreign-source', index: 3 })
  })

  test('when time runs backwards, whatever the root', () => {
    const leaves = LEAVES.with(9, leaf(9, { time: '2026-10-05T12:34:03.999999Z' }))
    expect(verdict(logOf(leaves), headOf(leaves))).toMatchObject({ reason: 'time-backwards', index: 9 })
  })

  test('when an entry is no leaf, whatever the root', () => {
    const leaves = LEAVES.with(0, new TextEncoder().encode('{}'))
    expect(verdict(logOf(leaves), headOf(leaves))).toMatchObject({ reason: 'leaf-refused', index: 0 })
  })

  test('when any bit of any entry or of the root is flipped', () => {
    fc.assert(
      fc.property(fc.nat(LEAVES.length - 1), fc.nat(), (index, seed) => {
        const original = leaf(index)
        const leaves = LEAVES.with(index, flipBit(original, seed % (original.length * 8)))
        expect(verdict(logOf(leaves)).verified).toBe(false)
      }),
      { numRuns: 300 },
    )
    for (let bit = 0; bit < 256; bit += 1) {
      const expected = { ...EXPECTED, root: flipBit(EXPECTED.root, bit) }
      expect(verdict(logOf(LEAVES), expected)).toMatchObject({ reason: 'root-mismatch' })
    }
  })
})
