import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyRoot, inclusionProof, nodeHash, verifyInclusion } from '../../src/trust/merkle.ts'
import { flipBit } from './flip-bit.ts'
import { at, damaged, LARGEST, LARGEST_CROSSED, LEAVES, ROOTS } from './sample-tree.ts'

const inclusionClaim = (index: number, size: number) => ({
  index,
  size,
  leafHash: at(LEAVES, index),
  proof: inclusionProof(LEAVES.slice(0, size), index),
  root: at(ROOTS, size),
})

describe('an inclusion proof', () => {
  test('is accepted for every entry of every tree, and only for its own entry', () => {
    for (let size = 1; size <= LARGEST; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const claim = inclusionClaim(index, size)
        expect(claim.proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)))
        expect(verifyInclusion(claim)).toBe(true)
        for (let other = 0; size <= LARGEST_CROSSED && other < size; other += 1) {
          if (other === index) continue
          const [elsewhere, exchanged] = [
            { ...claim, index: other },
            { ...claim, leafHash: at(LEAVES, other) },
          ]
          if (verifyInclusion(elsewhere) || verifyInclusion(exchanged))
            expect.fail(`${index} as ${other} of ${size}`)
        }
      }
    }
  })

  test('is refused for every tree with another root', () => {
    for (let size = 1; size <= LARGEST; size += 1) {
      for (let other = 0; other <= LARGEST; other += 1) {
        if (other === size) continue
        const claim = inclusionClaim(size >> 1, size)
        if (verifyInclusion({ ...claim, root: at(ROOTS, other) })) expect.fail(`${size} as ${other}`)
        if (verifyInclusion({ ...claim, size: other, root: at(ROOTS, other) }))
          expect.fail(`${size} as ${other}`)
      }
    }
  })

  test('is refused with any bit flipped and any hash missing, doubled or added', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: LARGEST }), fc.nat(), fc.nat(255), (size, seed, bit) => {
        const claim = inclusionClaim(seed % size, size)
        for (const proof of damaged(claim.proof, bit))
          expect(verifyInclusion({ ...claim, proof })).toBe(false)
        expect(verifyInclusion({ ...claim, leafHash: flipBit(claim.leafHash, bit) })).toBe(false)
        expect(verifyInclusion({ ...claim, root: flipBit(claim.root, bit) })).toBe(false)
      }),
    )
  })

  test('is refused for each single bit of a small tree', () => {
    const claim = inclusionClaim(4, 7)
    for (let bit = 0; bit < 256; bit += 1) {
      for (const proof of damaged(claim.proof, bit)) expect(verifyInclusion({ ...claim, proof })).toBe(false)
      expect(verifyInclusion({ ...claim, leafHash: flipBit(claim.leafHash, bit) })).toBe(false)
      expect(verifyInclusion({ ...claim, root: flipBit(claim.root, bit) })).toBe(false)
    }
  })

  test.each([
    ['an index at the size', { index: 5 }],
    ['a negative index', { index: -1 }],
    ['a broken index', { index: 0.5 }],
    ['no number', { index: Number.NaN }],
    ['an empty tree', { size: 0 }],
    ['an endless tree', { size: Number.POSITIVE_INFINITY }],
    ['a leaf hash cut short', { leafHash: new Uint8Array(31) }],
    ['a root cut short', { root: new Uint8Array(0) }],
  ])('is refused for %s', (_, change) => {
    expect(verifyInclusion({ ...inclusionClaim(0, 5), ...change })).toBe(false)
  })

  test('is refused when it leads past the tree of its size, or stops below its top', () => {
    const claim = inclusionClaim(2, 5)
    const above = nodeHash(emptyRoot(), claim.root)
    expect(verifyInclusion({ ...claim, proof: [...claim.proof, emptyRoot()], root: above })).toBe(false)
    expect(verifyInclusion({ ...inclusionClaim(2, 4), size: 5 })).toBe(false)
  })

  test('cannot be had for an entry that is not there', () => {
    expect(() => inclusionProof(LEAVES, LARGEST)).toThrow(RangeError)
    expect(() => inclusionProof(LEAVES, -1)).toThrow(RangeError)
    expect(() => inclusionProof([], 0)).toThrow(RangeError)
  })
})
