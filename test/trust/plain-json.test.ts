import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../src/trust/json.ts'
import { parsePlain, spellInOrder } from '../../src/trust/plain-json.ts'
import { JsonRefused, parseStrict } from '../../src/trust/strict-parse.ts'
import { bytesOf, jsonValue } from './json-documents.ts'

/** What the strict parser says of a text, whichever way it goes. */
function verdictOn(text: string): unknown {
  try {
    return { value: parseStrict(bytesOf(text)) }
  } catch (error) {
    if (error instanceof JsonRefused) return { refused: error.code, at: error.pointer }
    throw error
  }
}

const notPlain = [
  '{"a":1,"a":2}',
  '{"2":0,"1":0}',
  '[1.0]',
  '[1e2]',
  '[-0]',
  '12345678901234567890',
  '1e400',
  '"\\u0041"',
  '"\\u0000"',
  '"\\ud800"',
  '"a\\/b"',
  '[1, 2]',
  '[1,]',
  'nul',
  '',
  ' 1',
  '\ufeff1',
  '{"a":[}',
  `${'['.repeat(65)}${']'.repeat(65)}`,
  '['.repeat(100_000),
  `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
]

describe('a text that is spelt plainly', () => {
  test('is read as the strict parser reads it', () => {
    fc.assert(
      fc.property(jsonValue, fc.constantFrom(undefined, 1), (value, space) => {
        const text = JSON.stringify(value, undefined, space)
        const plain = parsePlain(text, 64)
        // With a space before it nothing is plain, so that the rules are looked for one by one.
        if (plain !== undefined) expect({ value: plain }).toEqual(verdictOn(` ${text}`))
        expect(verdictOn(text)).toEqual(verdictOn(` ${text}`))
      }),
    )
  })

  test('is as deep as it may be', () => {
    expect(parsePlain('[[1]]', 2)).toEqual([[1]])
    expect(parsePlain('[[1]]', 1)).toBeUndefined()
    expect(parsePlain('{"a":{"b":[]}}', 3)).toEqual({ a: { b: [] } })
    expect(parsePlain('{"a":{"b":[]}}', 2)).toBeUndefined()
  })

  test('may have a member called __proto__, which changes no prototype', () => {
    const plain = parsePlain('{"__proto__":{"polluted":true}}', 64)
    expect(Object.keys(plain ?? {})).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(plain)).toBe(Object.prototype)
  })

  test.each(notPlain)('is not this one: %s', (text) => {
    expect(parsePlain(text, 64)).toBeUndefined()
  })
})

describe('a value whose members stand in order', () => {
  test('is spelt canonically at once, and any other is not', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const canonical = canonicalize(value) ?? ''
        const plain = spellInOrder(value)
        if (plain !== undefined) expect(plain).toBe(canonical)
        const text = JSON.stringify(JSON.parse(canonical))
        expect(spellInOrder(JSON.parse(canonical) as JsonValue)).toBe(
          text === canonical ? canonical : undefined,
        )
      }),
    )
  })

  test.each<[string, unknown]>([
    ['members out of order', { b: 1, a: 2 }],
    ['numbers for names, which engines put first', { '10': 0, '9': 0 }],
    ['half a character', ['\ud800']],
    ['half a character in a name', { '\ud800': 1 }],
    ['not a number', [Number.NaN]],
    ['an infinity', { a: Number.POSITIVE_INFINITY }],
    ['nothing', undefined],
    ['nothing inside', { a: undefined }],
    ['a function', { toJSON: () => 1 }],
    ['a date', [new Date(0)]],
    ['bytes', { a: new Uint8Array(2) }],
    ['a number in a box', [Object(1)]],
    ['a bigint', [1n]],
  ])('is none with %s', (_, value) => {
    expect(spellInOrder(value as JsonValue)).toBeUndefined()
  })
})
