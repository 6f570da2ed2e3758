import { describe, expect, test } from 'vitest'
import {
  appendToFrontier,
  emptyRoot,
  leafHash,
  nodeHash,
  rootOf,
  rootOfFrontier,
} from '../../src/trust/merkle.ts'
import { at, LARGEST, LEAVES, ROOTS } from './sample-tree.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('the tree hash', () => {
  const entries = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ]
  const hashes = entries.map((entry) => leafHash(Buffer.from(entry, 'hex')))

  test.each([
    [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ])('of the first %i known entries is the published one', (size, root) => {
    expect(hex(rootOf(hashes.slice(0, size)))).toBe(root)
  })

  test('splits at the largest power of two below the size', () => {
    const [a, b, c] = [at(hashes, 0), at(hashes, 1), at(hashes, 2)]
    expect(rootOf([a, b, c])).toEqual(nodeHash(nodeHash(a, b), c))
  })

  test('tells an inner node from an entry with the same bytes', () => {
    const [a, b] = [at(hashes, 0), at(hashes, 1)]
    expect(nodeHash(a, b)).not.toEqual(leafHash(Buffer.concat([a, b])))
  })

  test('refuses children that are no hashes', () => {
    expect(() => nodeHash(new Uint8Array(31), new Uint8Array(33))).toThrow(RangeError)
    expect(() => nodeHash(new Uint8Array(32), new Uint8Array(31))).toThrow(RangeError)
  })
})

describe('a frontier', () => {
  test('gives the same root as all the leaves, at every size', () => {
    let frontier: readonly Uint8Array[] = []
    expect(rootOfFrontier(frontier, 0)).toEqual(emptyRoot())
    for (let size = 0; size < LARGEST; size += 1) {
      const appended = appendToFrontier(frontier, size, at(LEAVES, size))
      expect(appended.size).toBe(size + 1)
      expect(rootOfFrontier(appended.frontier, appended.size)).toEqual(at(ROOTS, size + 1))
      frontier = appended.frontier
    }
  })

  test('is the complete subtrees of the size, from the largest to the smallest', () => {
    let frontier: readonly Uint8Array[] = []
    for (let size = 0; size < 13; size += 1)
      ({ frontier } = appendToFrontier(frontier, size, at(LEAVES, size)))
    expect(frontier).toEqual([rootOf(LEAVES.slice(0, 8)), rootOf(LEAVES.slice(8, 12)), at(LEAVES, 12)])
  })

  test('names every complete subtree once, in the append that finishes it', () => {
    const nodes = new Map<string, string>()
    let frontier: readonly Uint8Array[] = []
    for (let size = 0; size < 64; size += 1) {
      const appended = appendToFrontier(frontier, size, at(LEAVES, size))
      for (const { level, index, hash } of appended.nodes) {
        expect((index + 1) * 2 ** level).toBe(size + 1)
        expect(nodes.has(`${level}/${index}`)).toBe(false)
        nodes.set(`${level}/${index}`, hex(hash))
      }
      frontier = appended.frontier
    }
    expect(nodes.size).toBe(127)
    for (let level = 0; level <= 6; level += 1) {
      for (let index = 0; index < 64 >> level; index += 1) {
        const subtree = LEAVES.slice(index * 2 ** level, (index + 1) * 2 ** level)
        expect(nodes.get(`${level}/${index}`)).toBe(hex(rootOf(subtree)))
      }
    }
  })

  test('is left as it was by an append', () => {
    const frontier = Object.freeze([at(LEAVES, 0)])
    appendToFrontier(frontier, 1, at(LEAVES, 1))
    expect(frontier).toEqual([at(LEAVES, 0)])
  })

  test('is refused for a size it does not belong to', () => {
    expect(() => appendToFrontier([], 1, at(LEAVES, 0))).toThrow(RangeError)
    expect(() => appendToFrontier([at(LEAVES, 0)], 3, at(LEAVES, 1))).toThrow(RangeError)
    expect(() => appendToFrontier([], 0, new Uint8Array(31))).toThrow(RangeError)
    expect(() => rootOfFrontier([], -1)).toThrow(RangeError)
    expect(() => rootOfFrontier([at(LEAVES, 0)], 0)).toThrow(RangeError)
  })

  test('counts beyond 32 bits', () => {
    const size = 2 ** 40 + 1
    const appended = appendToFrontier([at(LEAVES, 0), at(LEAVES, 1)], size, at(LEAVES, 2))
    expect(appended.nodes.map(({ level, index }) => [level, index])).toEqual([
      [0, size],
      [1, 2 ** 39],
    ])
    expect(rootOfFrontier(appended.frontier, size + 1)).toEqual(
      nodeHash(at(LEAVES, 0), nodeHash(at(LEAVES, 1), at(LEAVES, 2))),
    )
  })
})
