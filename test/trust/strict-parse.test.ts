import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalBytes } from '../../src/trust/canonical.ts'
import type { JsonValue } from '../../src/trust/json.ts'
import { type JsonRefused, parseStrict } from '../../src/trust/strict-parse.ts'
import { bytesOf, jsonValue, refusalOf, textOf } from './json-documents.ts'

describe('a document is accepted', () => {
  test.each<[string, JsonValue]>([
    ['null', null],
    [' \t\r\n true ', true],
    ['"a\\u0041\\n\\/é😀"', 'aA\n/é😀'],
    ['[]', []],
    ['{}', {}],
    ['[[],{},[1 , 2],{"a" : {"b":[false]}}]', [[], {}, [1, 2], { a: { b: [false] } }]],
    ['{"":0,"a/b":1}', { '': 0, 'a/b': 1 }],
    ['"\\ud83d\\ude00"', '😀'],
  ])('when it is strict JSON: %s', (text, value) => {
    expect(parseStrict(bytesOf(text))).toEqual(value)
  })

  test('and every value survives its own canonical bytes', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const canonical = canonicalBytes(value)
        fc.pre(!textOf(canonical).includes('\\u0000'))
        const parsed = parseStrict(canonical)
        expect(parsed).toEqual(value)
        expect(canonicalBytes(parsed)).toEqual(canonical)
      }),
    )
  })

  test('at exactly the limits of depth and size', () => {
    const document = `${'['.repeat(63)}{}${']'.repeat(63)}`
    expect(() => parseStrict(bytesOf(document))).not.toThrow()
    expect(parseStrict(bytesOf('[1]'), { depth: 1, bytes: 3 })).toEqual([1])
  })

  test('with a __proto__ key as plain data that changes no prototype', () => {
    const parsed = parseStrict(bytesOf('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}'))
    expect(Object.keys(parsed as object)).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype)
    expect('polluted' in {}).toBe(false)
    expect(textOf(canonicalBytes(parsed))).toBe(
      '{"__proto__":{"polluted":true},"constructor":{"prototype":1}}',
    )
  })
})

describe('a document is refused', () => {
  test.each([
    ['', ''],
    ['nul', ''],
    ['nullx', ''],
    ['NaN', ''],
    ['Infinity', ''],
    ['01', ''],
    ['+1', ''],
    ['.5', ''],
    ['1.', ''],
    ['1e', ''],
    ['-', ''],
    ['[1,]', '/1'],
    ['[,1]', '/0'],
    ['[1 2]', ''],
    ['[1', ''],
    ['{"a":1,}', ''],
    ['{"a" 1}', ''],
    ['{"a":}', '/a'],
    ['{a:1}', ''],
    ["{'a':1}", ''],
    ['{"a":1]', ''],
    ['1 2', ''],
    ['[]]', ''],
    ['"a', ''],
    ['"a\\"', ''],
    ['"\\x41"', ''],
    ['"\\u12g4"', ''],
    ['"a\nb"', ''],
    ['\u00a01', ''],
    ['/* */1', ''],
    ['{"a/b~c":[0,{"d":tru}]}', '/a~1b~0c/1/d'],
  ])('as malformed: %j', (text, pointer) => {
    expect(refusalOf(text)).toMatchObject({ code: 'malformed', pointer })
  })

  test.each([
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x31]],
    ['an overlong form', [0x22, 0xc0, 0x80, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a cut character', [0x22, 0xe2, 0x82, 0x22]],
    ['UTF-16', [0x00, 0x31, 0xd8, 0x00]],
  ])('for its encoding: %s', (_, bytes) => {
    expect(refusalOf(Uint8Array.from(bytes))).toMatchObject({ code: 'invalid-encoding', pointer: undefined })
  })

  test.each([
    ['{"a":1,"a":1}', ''],
    ['{"a":1,"\\u0061":2}', ''],
    ['[{"x":{"b":1,"c":2,"b":3}}]', '/0/x'],
    ['{"__proto__":1,"__proto__":2}', ''],
    ['{"__proto__":1,"\\u005f_proto__":2}', ''],
    ['{"":1,"":2}', ''],
    ['{"😀":1,"\\ud83d\\ude00":2}', ''],
  ])('for a key written twice: %s', (text, pointer) => {
    expect(refusalOf(text)).toMatchObject({ code: 'duplicate-key', pointer })
  })

  test('for any repeated key, at any depth and however it is escaped', () => {
    const key = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0'))
    const escaped = (text: string): string =>
      Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, '0'))
        .map((digits) => `\\u${digits}`)
        .join('')
    fc.assert(
      fc.property(key, jsonValue, fc.nat(50), fc.boolean(), (name, other, depth, inEscapes) => {
        const value = textOf(canonicalBytes(other))
        fc.pre(!value.includes('\\u0000'))
        fc.pre(value.split(/[[{]/).length < 12)
        const again = inEscapes ? `"${escaped(name)}"` : JSON.stringify(name)
        const inner = `{${JSON.stringify(name)}:${value},${again}:${value}}`
        const refusal = refusalOf('[0,'.repeat(depth) + inner + ']'.repeat(depth))
        expect(refusal).toMatchObject({ code: 'duplicate-key', pointer: '/1'.repeat(depth) })
      }),
    )
  })

  test.each([
    ['"\\ud800"', 'lone-surrogate', ''],
    ['["\\udc00\\ud800"]', 'lone-surrogate', '/0'],
    ['{"k":{"\\ud800":1}}', 'lone-surrogate', '/k'],
    ['{"k":"a\\u0000"}', 'null-character', '/k'],
    ['{"k":{"a\\u0000":1}}', 'null-character', '/k'],
    ['"a\0"', 'null-character', ''],
  ])('for a character that is none: %j', (text, code, pointer) => {
    expect(refusalOf(text)).toMatchObject({ code, pointer })
  })

  test('for nesting, however deep it is and before it can exhaust the stack', () => {
    expect(refusalOf('['.repeat(65) + ']'.repeat(65))).toMatchObject({
      code: 'too-deep',
      pointer: '/0'.repeat(64),
    })
    expect(refusalOf('['.repeat(200_000) + ']'.repeat(200_000)).code).toBe('too-deep')
    expect(refusalOf('{"a":'.repeat(200_000)).code).toBe('too-deep')
    expect(refusalOf('[[]]', { depth: 1 })).toMatchObject({ code: 'too-deep', pointer: '/0' })
    const deep = bytesOf('['.repeat(200_000) + ']'.repeat(200_000))
    expect(() => parseStrict(deep, { depth: 200_000 })).not.toThrow()
  })

  test('for its size, before it is read', () => {
    expect(refusalOf(new Uint8Array(1_048_577))).toMatchObject({ code: 'too-large', pointer: undefined })
    expect(refusalOf('[1]', { bytes: 2 }).code).toBe('too-large')
  })

  test('without telling its values or keys in the message', () => {
    const documents = [
      '{"hunter2":"secret-7","hunter2":"secret-7"}',
      '{"hunter2":12345678901234567890}',
      '{"hunter2":secret-7}',
      '{"hunter2":"secret-7\\u0000"}',
      '{"hunter2":"secret-7\\ud800"}',
      '{"hunter2\\u0000":"secret-7"}',
    ]
    for (const document of documents)
      expect(refusalOf(document).message).not.toMatch(/hunter2|secret-7|12345678/)
  })
})

test('nothing is accepted that JSON.parse refuses, and nothing is called malformed that it accepts', () => {
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    'u',
    '0041',
    'a',
    '-',
    '1',
    '.',
    'e',
    '+',
    ' ',
    '\n',
    'null',
  ]
  const soup = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''))
  const damaged = fc
    .tuple(jsonValue, fc.nat(), fc.constantFrom('', ...pieces))
    .map(([value, position, piece]) => {
      const text = textOf(canonicalBytes(value))
      const at = position % text.length
      return text.slice(0, at) + piece + text.slice(at + 1)
    })
    .filter((text) => text.isWellFormed())
  fc.assert(
    fc.property(fc.oneof(soup, damaged), (text) => {
      let lenient: { value: JsonValue } | undefined
      try {
        lenient = { value: JSON.parse(text) as JsonValue }
      } catch {
        lenient = undefined
      }
      let strict: { value: JsonValue } | { refused: string }
      try {
        strict = { value: parseStrict(bytesOf(text)) }
      } catch (error) {
        strict = { refused: (error as JsonRefused).code }
      }
      if ('value' in strict)
        expect(canonicalBytes(strict.value)).toEqual(canonicalBytes(lenient?.value as JsonValue))
      else if (lenient !== undefined) expect(strict.refused).not.toBe('malformed')
    }),
    { numRuns: 5000 },
  )
})
