import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  consistencyProof,
  emptyRoot,
  leafHash,
  nodeHash,
  rootOf,
  verifyConsistency,
} from '../../src/trust/merkle.ts'
import { flipBit } from './flip-bit.ts'
import { at, damaged, LARGEST, LARGEST_CROSSED, LEAVES, ROOTS } from './sample-tree.ts'

const consistencyClaim = (firstSize: number, secondSize: number) => ({
  firstSize,
  firstRoot: at(ROOTS, firstSize),
  secondSize,
  secondRoot: at(ROOTS, secondSize),
  proof: consistencyProof(LEAVES.slice(0, secondSize), firstSize),
})

describe('a consistency proof', () => {
  test('is accepted between all sizes, and between no others', () => {
    for (let second = 1; second <= LARGEST; second += 1) {
      for (let first = 1; first <= second; first += 1) {
        const claim = consistencyClaim(first, second)
        expect(verifyConsistency(claim)).toBe(true)
        for (let other = 0; second <= LARGEST_CROSSED && other <= LARGEST; other += 1) {
          const earlier = { ...claim, firstSize: other, firstRoot: at(ROOTS, other) }
          if (other !== first && verifyConsistency(earlier)) expect.fail(`${first} as ${other} in ${second}`)
          const later = { ...claim, secondSize: other, secondRoot: at(ROOTS, other) }
          if (other !== second && verifyConsistency(later)) expect.fail(`${first} in ${second} as ${other}`)
        }
      }
    }
  })

  test('is refused with any bit flipped and any hash missing, doubled or added', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: LARGEST }), fc.nat(), fc.nat(255), (second, seed, bit) => {
        const claim = consistencyClaim(1 + (seed % second), second)
        for (const proof of damaged(claim.proof, bit))
          expect(verifyConsistency({ ...claim, proof })).toBe(false)
        expect(verifyConsistency({ ...claim, firstRoot: flipBit(claim.firstRoot, bit) })).toBe(false)
        expect(verifyConsistency({ ...claim, secondRoot: flipBit(claim.secondRoot, bit) })).toBe(false)
      }),
    )
  })

  test('is refused when it leads past the tree of its size, or stops below its top', () => {
    const claim = consistencyClaim(3, 4)
    const past = { ...claim, proof: [...claim.proof, emptyRoot()] }
    const [firstAbove, secondAbove] = [
      nodeHash(emptyRoot(), claim.firstRoot),
      nodeHash(emptyRoot(), claim.secondRoot),
    ]
    expect(verifyConsistency({ ...past, firstRoot: firstAbove, secondRoot: secondAbove })).toBe(false)
    expect(verifyConsistency({ ...claim, secondSize: 7 })).toBe(false)
  })

  test('cannot be made for a log that was rewritten before its first size', () => {
    const rewritten = LEAVES.slice(0, 20).with(3, leafHash(Uint8Array.of(200)))
    for (let first = 4; first < 20; first += 1) {
      const claim = { ...consistencyClaim(first, 20), secondRoot: rootOf(rewritten) }
      expect(verifyConsistency(claim)).toBe(false)
      expect(verifyConsistency({ ...claim, proof: consistencyProof(rewritten, first) })).toBe(false)
    }
  })

  test.each([
    ['an empty first tree', { firstSize: 0, firstRoot: emptyRoot(), proof: [] }],
    ['a shrinking log', { firstSize: 6 }],
    ['a broken size', { firstSize: 2.5 }],
    ['a first root cut short', { firstRoot: new Uint8Array(31) }],
    ['no proof', { proof: [] }],
    ['swapped roots', { firstRoot: at(ROOTS, 5), secondRoot: at(ROOTS, 4) }],
  ])('is refused for %s', (_, change) => {
    expect(verifyConsistency({ ...consistencyClaim(4, 5), ...change })).toBe(false)
  })

  test('cannot be had from or to a tree that is not there', () => {
    expect(() => consistencyProof(LEAVES, 0)).toThrow(RangeError)
    expect(() => consistencyProof(LEAVES, LARGEST + 1)).toThrow(RangeError)
    expect(() => consistencyProof([], 0)).toThrow(RangeError)
  })
})
