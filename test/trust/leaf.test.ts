import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalBytes } from '../../src/trust/canonical.ts'
import { buildLeaf, LeafRefused, readLeaf } from '../../src/trust/leaf.ts'
import { flipBit } from './flip-bit.ts'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

const ATTRIBUTES = {
  id: '0199c1f0-0000-7000-8000-000000000001',
  source: 'countersign.example/organization/7',
  subject: 'promotion/42',
  time: '2026-10-05T12:34:56.000789Z',
  type: 'promotion.requested',
}
const PARTS = { ...ATTRIBUTES, data: bytesOf('{"digest":"ab","revision":1}') }
const LEAF =
  '{"data":{"digest":"ab","revision":1},"id":"0199c1f0-0000-7000-8000-000000000001",' +
  '"source":"countersign.example/organization/7","specversion":"1.0","subject":"promotion/42",' +
  '"time":"2026-10-05T12:34:56.000789Z","type":"promotion.requested"}'

function reasonOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof LeafRefused) return error.reason
    throw error
  }
  return 'accepted'
}

describe('a leaf', () => {
  test('is a CloudEvents envelope with its members in canonical order', () => {
    expect(textOf(buildLeaf(PARTS))).toBe(LEAF)
  })

  test('is read back as it was built', () => {
    expect(readLeaf(bytesOf(LEAF))).toEqual({ ...ATTRIBUTES, data: { digest: 'ab', revision: 1 } })
  })

  test('survives building and reading whatever its data', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (record) => {
        const data = canonicalBytes(JSON.parse(JSON.stringify(record)))
        const leaf = buildLeaf({ ...PARTS, data })
        expect(canonicalBytes(readLeaf(leaf).data)).toEqual(data)
      }),
    )
  })

  test('has room for data as deeply nested as a document may be', () => {
    const data = bytesOf(`${'{"a":'.repeat(63)}{}${'}'.repeat(63)}`)
    expect(reasonOf(() => readLeaf(buildLeaf({ ...PARTS, data })))).toBe('accepted')
  })

  test('with any single bit flipped is refused or another leaf', () => {
    const leaf = bytesOf(LEAF)
    for (let bit = 0; bit < leaf.length * 8; bit += 1) {
      const flipped = flipBit(leaf, bit)
      try {
        const { data, ...attributes } = readLeaf(flipped)
        expect(buildLeaf({ ...attributes, data: canonicalBytes(data) })).toEqual(flipped)
      } catch (error) {
        expect(error).toBeInstanceOf(LeafRefused)
      }
    }
  })
})

describe('a leaf is not built', () => {
  test.each([
    ['wrong-data', { data: bytesOf('[1]') }],
    ['wrong-data', { data: bytesOf('{"b":1,"a":2}') }],
    ['wrong-data', { data: bytesOf('{"a": 1}') }],
    ['wrong-data', { data: bytesOf('{"a":1.0}') }],
    ['wrong-data', { data: bytesOf('{"a":1,"a":1}') }],
    ['wrong-data', { data: bytesOf('{},"extra":{}') }],
    ['wrong-data', { data: bytesOf(`{"a":"${'x'.repeat(65_535)}"}`) }],
    ['too-large', { data: bytesOf(`{"a":"${'x'.repeat(65_400)}"}`) }],
    ['wrong-id', { id: '' }],
    ['wrong-id', { id: 'a"b' }],
    ['wrong-source', { source: 'a b' }],
    ['wrong-source', { source: 'a\\b' }],
    ['wrong-source', { source: 'é' }],
    ['wrong-subject', { subject: 'a:b' }],
    ['wrong-subject', { subject: '' }],
    ['wrong-type', { type: 'a\n' }],
    ['wrong-type', { type: 'é' }],
    ['wrong-time', { time: '2026-10-05T12:34:56.789Z' }],
    ['wrong-time', { time: '2026-10-05T12:34:56.000789+00:00' }],
    ['wrong-time', { time: '2026-10-05 12:34:56.000789Z' }],
    ['wrong-time', { time: '2026-02-29T12:34:56.000789Z' }],
    ['wrong-time', { time: '2026-13-01T12:34:56.000789Z' }],
    ['wrong-time', { time: '2026-10-05T24:00:00.000000Z' }],
    ['wrong-time', { time: '2026-10-05T12:34:60.000000Z' }],
  ])('with %s', (reason, change) => {
    expect(reasonOf(() => buildLeaf({ ...PARTS, ...change }))).toBe(reason)
  })
})

describe('bytes are not read as a leaf', () => {
  const { id, source, subject, time, type } = ATTRIBUTES
  const envelope = { data: {}, id, source, specversion: '1.0', subject, time, type }
  const { data: _, ...withoutData } = envelope

  test.each([
    ['not-strict-json', bytesOf('')],
    ['not-strict-json', bytesOf(LEAF.slice(0, -1))],
    ['not-strict-json', bytesOf(LEAF.replace('"id"', '"data":{},"id"'))],
    ['not-canonical', bytesOf(` ${LEAF}`)],
    ['not-canonical', bytesOf(`${LEAF}\n`)],
    ['not-canonical', bytesOf(LEAF.replace('"revision":1', '"revision":1.0'))],
    ['not-canonical', bytesOf(LEAF.replace('promotion/42', 'promotion\\/42'))],
    ['not-canonical', bytesOf(LEAF.replace('"digest":"ab","revision":1', '"revision":1,"digest":"ab"'))],
    ['wrong-members', bytesOf('null')],
    ['wrong-members', bytesOf('[]')],
    ['wrong-members', canonicalBytes(withoutData)],
    ['wrong-members', canonicalBytes({ ...envelope, extra: 1 })],
    ['wrong-specversion', canonicalBytes({ ...envelope, specversion: '0.3' })],
    ['wrong-specversion', canonicalBytes({ ...envelope, specversion: 1 })],
    ['wrong-data', canonicalBytes({ ...envelope, data: [] })],
    ['wrong-data', canonicalBytes({ ...envelope, data: '{}' })],
    ['wrong-id', canonicalBytes({ ...envelope, id: 7 })],
    ['wrong-source', canonicalBytes({ ...envelope, source: null })],
    ['wrong-subject', canonicalBytes({ ...envelope, subject: 'a b' })],
    ['wrong-time', canonicalBytes({ ...envelope, time: '2026-10-05T12:34:56Z' })],
    ['wrong-type', canonicalBytes({ ...envelope, type: {} })],
    ['too-large', new Uint8Array(65_536)],
  ])('for %s', (reason, bytes) => {
    expect(reasonOf(() => readLeaf(bytes))).toBe(reason)
  })
})
