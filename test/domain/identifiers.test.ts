import { expect, test } from 'vitest'
import { digest, identifier, instant, isUuid } from '../../src/domain/identifiers.ts'
import { accepted, refused, unreachable } from '../../src/domain/stream.ts'

const uuid = '0190a7a6-0000-7000-8000-000000000001'

test.each([
  '',
  'x',
  ` ${uuid}`,
  `${uuid} `,
  `${uuid}0`,
  uuid.toUpperCase(),
  uuid.replace('-7', '-9'),
  uuid.replace('-8', '-c'),
  uuid.replaceAll('-', ''),
])('%j is no identifier', (text) => {
  expect(isUuid(text)).toBe(false)
  expect(() => identifier(text)).toThrow(new RangeError('an identifier must be a UUID in lower case'))
})

test('an identifier is a UUID in lower case, of any version', () => {
  expect(isUuid(uuid)).toBe(true)
  expect(identifier(uuid.replace('-7', '-4'))).toBe('0190a7a6-0000-4000-8000-000000000001')
})

test.each(['', 'a'.repeat(63), 'a'.repeat(65), 'A'.repeat(64), 'g'.repeat(64)])('%j is no digest', (text) => {
  expect(() => digest(text)).toThrow(new RangeError('a digest must be 64 lower-case hexadecimal characters'))
})

test('an instant is written in UTC, whichever way it was given', () => {
  expect(instant('2026-11-20T13:00:00+01:00')).toBe('2026-11-20T12:00:00.000Z')
  expect(instant(0)).toBe('1970-01-01T00:00:00.000Z')
})

test('an outcome cannot be changed', () => {
  for (const outcome of [accepted([]), refused('forbidden', 'No.')]) {
    expect(Object.isFrozen(outcome)).toBe(true)
  }
  expect(Object.isFrozen(Object(accepted([])).events)).toBe(true)
})

test('a case that nobody thought of is an error that names it', () => {
  expect(() => unreachable({ kind: 'new' } as never)).toThrow(
    new TypeError('unexpected case: {"kind":"new"}'),
  )
})
