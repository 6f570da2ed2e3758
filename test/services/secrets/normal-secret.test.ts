import fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalSecret } from '../../../src/services/secrets/normal-secret.ts'

test.each([
  'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  'with words in between',
  '-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----',
  '{"a":1,"b":[true,null]}',
  '["not an object", 1.0]',
  '"1.0"',
  '\u00e9',
])('a value that is normal already stays what it is: %j', (value) => {
  expect(normalSecret(value)).toBe(value)
})

test.each([
  ['spaces around it', '  a b  ', 'a b'],
  ['line breaks around it', '\r\na\r\n\n', 'a'],
  ['Unicode’s white space around it', '\u2003a\u3000', 'a'],
  ['a byte order mark before it', '\ufeffa', 'a'],
  ['what is not seen after it', 'a\u200b\u0000', 'a'],
  ['a decomposed letter', 'e\u0301', '\u00e9'],
  ['a letter that stands for two', '\ufb01', 'fi'],
  ['line breaks of another system', 'a\r\nb', 'a\nb'],
  ['the spelling of an object', ' {"b" : 1e2, "a":"\\u0065\\u0301"}\n', '{"a":"\u00e9","b":100}'],
  ['a member that is repeated', '{"a":1,"a":2}', '{"a":2}'],
])('%s makes no other secret', (_, value, normal) => {
  expect(normalSecret(value)).toBe(normal)
})

test.each([' ', '\n', '\u200b'])('a value of which nothing is seen is no other one: %j', (value) => {
  expect(normalSecret(value)).toBe(value)
})

test('two objects with different values are two secrets', () => {
  expect(normalSecret('{"a":"1"}')).not.toBe(normalSecret('{"a":1}'))
})

test('an object that is nested too deeply to be spelled anew is still compared', () => {
  const deep = `${'{ "a":'.repeat(10_000)}1${'}'.repeat(10_000)}`
  expect(normalSecret(` ${deep} `)).toBe(normalSecret(deep))
})

test('a value is judged in a time that grows with its length alone', () => {
  const blank = ' '.repeat(64 * 1024)
  const started = performance.now()
  normalSecret(`a${blank}b${blank}`)
  expect(performance.now() - started).toBeLessThan(1000)
})

test('what is normal is so for good, whatever the value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), (one, other) => {
      for (const value of [one, other, ` ${one}\r\n`]) {
        const normal = normalSecret(value)
        expect(normalSecret(normal)).toBe(normal)
      }
    }),
  )
})
