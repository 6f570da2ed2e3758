import { describe, expect, test } from 'vitest'
import { deepFreeze } from '../../../../src/domain/asset/json/deep-freeze.ts'
import { parsePointer, removeAt, replaceAt } from '../../../../src/domain/asset/json/pointer.ts'
import { sameJson } from '../../../../src/domain/asset/json/same-json.ts'
import { membersOf, textsOf } from '../../../../src/domain/asset/json/texts.ts'
import { comparable } from '../../../../src/domain/asset/structure/comparable.ts'
import type { JsonValue } from '../../../../src/domain/json.ts'

const proto: JsonValue = JSON.parse('{"__proto__":1}')

describe('two values', () => {
  test.each<[JsonValue | undefined, JsonValue | undefined, boolean]>([
    [1, 1, true],
    ['a', 'a', true],
    [null, null, true],
    [undefined, undefined, true],
    [[], [], true],
    [{}, {}, true],
    [[1, [2]], [1, [2]], true],
    [{ a: 1, b: { c: 2 } }, { b: { c: 2 }, a: 1 }, true],
    [1, '1', false],
    [null, undefined, false],
    [0, false, false],
    [[], {}, false],
    [{}, [], false],
    [[1], [1, 2], false],
    [[1, 2], [1], false],
    [[1, 2], [2, 1], false],
    [{ a: 1 }, { a: 2 }, false],
    [{ a: 1 }, { a: 1, b: 1 }, false],
    [{ a: 1, b: 1 }, { a: 1 }, false],
    [{ a: 1, b: 1 }, { a: 1, c: 1 }, false],
    [{ toString: 1 }, { a: 1 }, false],
    [proto, { a: 1 }, false],
    [{ a: 1 }, null, false],
    ['a', { a: 1 }, false],
  ])('%j and %j are the same: %s', (one, other, same) => {
    expect(sameJson(one, other)).toBe(same)
    expect(sameJson(other, one)).toBe(same)
    if (one !== undefined && other !== undefined) expect(comparable(one) === comparable(other)).toBe(same)
  })
})

const content = { a: 'x', 'b/c': ['y', { d: 'z', e: 1 }, null], f: { '~': '' } }

test('texts are found at every depth, in the order of the document', () => {
  expect(textsOf(content)).toEqual([
    { pointer: '/a', text: 'x' },
    { pointer: '/b~1c/0', text: 'y' },
    { pointer: '/b~1c/1/d', text: 'z' },
    { pointer: '/f/~0', text: '' },
  ])
  expect(textsOf('alone')).toEqual([{ pointer: '', text: 'alone' }])
  expect(textsOf(7)).toEqual([])
  expect(textsOf(null)).toEqual([])
})

test('members are found of every object, at every depth', () => {
  expect(membersOf(content)).toEqual([
    { pointer: '', names: ['a', 'b/c', 'f'] },
    { pointer: '/b~1c/1', names: ['d', 'e'] },
    { pointer: '/f', names: ['~'] },
  ])
  expect(membersOf('alone')).toEqual([])
  expect(membersOf(null)).toEqual([])
})

test('what is frozen is frozen at every depth, and is what it was', () => {
  const value = { list: [{ a: 1 }], none: null }
  expect(deepFreeze(value)).toBe(value)
  for (const part of [value, value.list, value.list[0]]) expect(Object.isFrozen(part)).toBe(true)
  expect(deepFreeze(null)).toBeNull()
  expect(deepFreeze('text')).toBe('text')
})

test('a pointer is refused with what is wrong with it', () => {
  expect(() => parsePointer('a')).toThrow('a JSON Pointer is empty or starts with "/"')
  expect(() => parsePointer('/~')).toThrow('in a JSON Pointer "~" is followed by "0" or "1"')
  expect(parsePointer('/~01/~10')).toEqual(['~1', '/0'])
  for (const change of [
    () => removeAt(content, '/x'),
    () => removeAt('text', ''),
    () => replaceAt(content, '/a/b', 1),
  ]) {
    expect(change).toThrow('nothing stands at this JSON Pointer')
  }
  expect(removeAt({ list: [1, 2, 3] }, '/list/1')).toEqual({ list: [1, 3] })
  expect(replaceAt(content, '', 1)).toBe(1)
})
