import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatPointer,
  matchPointer,
  parsePointer,
  readPointer,
  removeAt,
  replaceAt,
} from '../../../src/domain/asset/json/pointer.ts'
import type { JsonValue } from '../../../src/domain/json.ts'
import { jsonContainer } from './json-arbitrary.ts'

const content = { links: [{ id: 'a', 'x/y': 1 }, { id: 'b' }], 'm~n': { '*': true } }

/** Every place inside a value, found through patterns of stars alone. */
function places(value: JsonValue): readonly { pointer: string; value: JsonValue }[] {
  return ['/*', '/*/*', '/*/*/*'].flatMap((pattern) => matchPointer(value, pattern))
}

describe('a JSON Pointer', () => {
  it('reads what RFC 6901 says it names, and nothing where nothing stands', () => {
    expect(readPointer(content, '')).toBe(content)
    expect(readPointer(content, '/links/0/x~1y')).toBe(1)
    expect(readPointer(content, '/m~0n/*')).toBe(true)
    expect(readPointer({ '~1': 1, '/': 2 }, '/~01')).toBe(1)
    for (const absent of ['/links/2', '/links/00', '/links/-', '/links/length', '/toString', '/__proto__']) {
      expect(readPointer(content, absent)).toBeUndefined()
    }
  })

  it('is refused when it is malformed', () => {
    for (const malformed of ['links', '/a~', '/a~2'])
      expect(() => parsePointer(malformed)).toThrow(RangeError)
  })

  it('comes back from its tokens as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (tokens) => {
        expect(parsePointer(formatPointer(tokens))).toEqual(tokens)
      }),
    )
  })
})

describe('a pointer pattern', () => {
  it('matches every element and every member under a star, in document order', () => {
    expect(matchPointer(content, '/links/*/id')).toEqual([
      { pointer: '/links/0/id', value: 'a' },
      { pointer: '/links/1/id', value: 'b' },
    ])
    expect(matchPointer(content, '/m~0n/*')).toEqual([{ pointer: '/m~0n/*', value: true }])
    expect(matchPointer(content, '/links/*/nothing')).toEqual([])
    expect(matchPointer('scalar', '/*')).toEqual([])
  })

  it('answers with pointers that read the value it found', () => {
    fc.assert(
      fc.property(jsonContainer, (value) => {
        for (const place of places(value)) expect(readPointer(value, place.pointer)).toBe(place.value)
      }),
    )
  })
})

describe('changing content', () => {
  it('replaces one place, keeps the rest, and leaves the original as it was', () => {
    fc.assert(
      fc.property(jsonContainer, fc.nat(), (value, pick) => {
        const all = places(value)
        const place = all[pick % Math.max(all.length, 1)]
        fc.pre(place !== undefined)
        const before = JSON.stringify(value)
        const changed = replaceAt(value, place.pointer, 'replaced')
        expect(readPointer(changed, place.pointer)).toBe('replaced')
        expect(JSON.stringify(replaceAt(changed, place.pointer, place.value))).toBe(before)
        expect(JSON.stringify(value)).toBe(before)
      }),
    )
  })

  it('removes members, and elements so that later ones move up', () => {
    expect(removeAt(content, '/links/0')).toEqual({ links: [{ id: 'b' }], 'm~n': { '*': true } })
    expect(removeAt(content, '/m~0n')).toEqual({ links: content.links })
  })

  it('takes __proto__ for a member like any other', () => {
    const hostile: JsonValue = JSON.parse('{"__proto__":{"polluted":false},"a":1}')
    const changed = replaceAt(hostile, '/__proto__/polluted', true)
    expect(JSON.stringify(changed)).toBe('{"__proto__":{"polluted":true},"a":1}')
    expect(JSON.stringify(replaceAt(hostile, '/a', 2))).toBe('{"__proto__":{"polluted":false},"a":2}')
    expect(JSON.stringify(removeAt(hostile, '/__proto__'))).toBe('{"a":1}')
    expect('polluted' in {}).toBe(false)
  })

  it('refuses places where nothing stands', () => {
    expect(() => replaceAt(content, '/links/2', 1)).toThrow(RangeError)
    expect(() => replaceAt(content, '/__proto__/polluted', 1)).toThrow(RangeError)
    expect(() => removeAt(content, '/nothing')).toThrow(RangeError)
    expect(() => removeAt(content, '')).toThrow(RangeError)
  })
})
