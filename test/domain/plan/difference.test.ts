import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePointer } from '../../../src/domain/asset/json/pointer.ts'
import type { JsonValue } from '../../../src/domain/json.ts'
import { type Change, difference } from '../../../src/domain/plan/difference.ts'
import { jsonContainer } from '../asset/json-arbitrary.ts'

/** Applies changes one after the other as RFC 6902 would, independently of our own pointer code. */
function apply(before: JsonValue, changes: readonly Change[]): JsonValue {
  const root: unknown[] = [thaw(before)]
  for (const change of changes) {
    const tokens = ['0', ...parsePointer(change.pointer)]
    const last = tokens.pop() ?? ''
    let parent: unknown = root
    for (const token of tokens) parent = Object.getOwnPropertyDescriptor(parent, token)?.value
    if (Array.isArray(parent)) {
      const added = change.op === 'remove' ? [] : [thaw(change.to)]
      parent.splice(Number(last), change.op === 'add' ? 0 : 1, ...added)
    } else if (change.op === 'remove') {
      Reflect.deleteProperty(Object(parent), last)
    } else {
      const value = thaw(change.to)
      Object.defineProperty(parent, last, { value, configurable: true, enumerable: true, writable: true })
    }
  }
  return root[0] as JsonValue
}

function thaw(value: JsonValue): JsonValue {
  return JSON.parse(JSON.stringify(value))
}

/** Text that is equal for values that are equal as JSON. */
function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, inner]): JsonValue => [name, sorted(inner)])
}

describe('the difference between two contents', () => {
  it('turns the one into the other when it is applied', () => {
    fc.assert(
      fc.property(jsonContainer, jsonContainer, (before, after) => {
        expect(sorted(apply(before, difference(before, after)))).toEqual(sorted(after))
      }),
      { numRuns: 1_000 },
    )
  })

  it('is empty between equals, whatever the order of their members', () => {
    fc.assert(
      fc.property(jsonContainer, (value) => {
        expect(difference(value, thaw(value))).toEqual([])
      }),
    )
    expect(difference({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([])
    expect(difference('same', 'same')).toEqual([])
  })

  it('names places by escaped pointers, in the order of their paths', () => {
    const before = { 'm~n': 1, 'a/b': [1, 2, 3, 4], same: true }
    const after = { 'm~n': 2, 'a/b': [1, 9], same: true, added: null }
    expect(difference(before, after)).toEqual([
      { pointer: '/a~1b/1', op: 'replace', from: 2, to: 9 },
      { pointer: '/a~1b/3', op: 'remove', from: 4 },
      { pointer: '/a~1b/2', op: 'remove', from: 3 },
      { pointer: '/added', op: 'add', to: null },
      { pointer: '/m~0n', op: 'replace', from: 1, to: 2 },
    ])
  })

  it('orders the elements of an array by number', () => {
    const changes = difference({ list: Array(12).fill(0) }, { list: Array(12).fill(1) })
    expect(changes.map(({ pointer }) => pointer).slice(9)).toEqual(['/list/9', '/list/10', '/list/11'])
  })

  it('removes elements from the last to the first, and what is inside of others at its place', () => {
    const before = { list: [{ x: 1, z: 1 }, { x: 2 }, 3, 4, 5] }
    const after = { list: [{ z: 2 }, { x: 2, y: 1 }, 3] }
    expect(difference(before, after).map(({ op, pointer }) => `${op} ${pointer}`)).toEqual([
      'remove /list/0/x',
      'replace /list/0/z',
      'add /list/1/y',
      'remove /list/4',
      'remove /list/3',
    ])
  })

  it('keeps the order of elements where something is removed inside of several', () => {
    const before = { list: Array(11).fill({ x: 1, y: 1 }) }
    const after = { list: Array(11).fill({ y: 1 }) }
    expect(difference(before, after).map(({ pointer }) => pointer)).toEqual(
      Array.from({ length: 11 }, (_, place) => `/list/${place}/x`),
    )
  })

  it('hides no member behind the name of something that objects inherit', () => {
    const hostile: JsonValue = JSON.parse('{"__proto__":{"x":1},"constructor":2,"toString":3}')
    expect(difference({}, hostile).map(({ op, pointer }) => `${op} ${pointer}`)).toEqual([
      'add /__proto__',
      'add /constructor',
      'add /toString',
    ])
    expect(difference(hostile, {}).map(({ op }) => op)).toEqual(['remove', 'remove', 'remove'])
    expect('x' in {}).toBe(false)
  })

  it('is one change of the whole where there was nothing, or something of another kind', () => {
    expect(difference(undefined, { a: 1 })).toEqual([{ pointer: '', op: 'add', to: { a: 1 } }])
    expect(difference([], {})).toEqual([{ pointer: '', op: 'replace', from: [], to: {} }])
    expect(difference(null, {})).toEqual([{ pointer: '', op: 'replace', from: null, to: {} }])
  })
})
