import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parsePointer, readPointer } from '../../../src/domain/asset/json/pointer.ts'
import { rememberedTargets, rememberedValue } from '../../../src/domain/preflight/remembered.ts'
import { letter, production, staging } from './sample-preflight.ts'

describe('the value that production was given before', () => {
  const last = { staged: { url: 'https://s.org', note: 'a' }, rendered: { url: 'https://p.org', note: 'a' } }

  test('stays at its place, whatever else changed, and whatever staging has there now', () => {
    expect(rememberedValue(last, { url: 'https://s.org', note: 'b' }, '/url')).toBe('https://p.org')
    expect(rememberedValue(last, { url: 'https://other.org' }, '/url')).toBe('https://p.org')
  })

  test('is none where production had nothing', () => {
    expect(rememberedValue(last, { more: 'x' }, '/more')).toBeUndefined()
    expect(rememberedValue({ staged: { url: 1 }, rendered: {} }, { url: 1 }, '/url')).toBeUndefined()
  })

  const pair = (...urls: readonly string[]) => ({
    list: urls.map((url, place) => ({ url, name: `n${place}` })),
  })

  test('stays in an element of an array as long as that is certainly the same element', () => {
    const before = { staged: pair('s1', 's2'), rendered: pair('p1', 'p2') }
    expect(rememberedValue(before, pair('s1', 's2'), '/list/1/url')).toBe('p2')
    const renamed = {
      list: [
        { url: 's1', name: 'other' },
        { url: 's2', name: 'n1' },
      ],
    }
    expect(rememberedValue(before, renamed, '/list/0/url')).toBe('p1')
  })

  test('is none where the elements moved, or staging changed what stands there', () => {
    const before = { staged: pair('s1', 's2'), rendered: pair('p1', 'p2') }
    expect(rememberedValue(before, pair('s2', 's1'), '/list/0/url')).toBeUndefined()
    expect(rememberedValue(before, pair('s3', 's2'), '/list/0/url')).toBeUndefined()
    expect(rememberedValue(before, pair('s1'), '/list/1/url')).toBeUndefined()
    expect(rememberedValue(before, { list: [] }, '/list/0/url')).toBeUndefined()
  })

  test('is none where elements share one value, and any of them may have moved', () => {
    const before = { staged: pair('same', 'same'), rendered: pair('p1', 'p2') }
    expect(rememberedValue(before, pair('same', 'same'), '/list/0/url')).toBe('p1')
    const moved = { list: pair('same', 'same').list.toReversed() }
    expect(rememberedValue(before, moved, '/list/0/url')).toBeUndefined()
    const joined = {
      list: [
        { url: 's1', name: 'x' },
        { url: 's1', name: 'y' },
      ],
    }
    const single = { staged: pair('s1', 's2'), rendered: pair('p1', 'p2') }
    expect(rememberedValue(single, joined, '/list/0/url')).toBeUndefined()
  })

  test('is none where production has another number of elements: positions mean nothing then', () => {
    const before = { staged: pair('s1', 's2'), rendered: pair('p2') }
    expect(rememberedValue(before, before.staged, '/list/0/url')).toBeUndefined()
    const keyed = { staged: { list: ['s'] }, rendered: { list: { 0: 'p' } } }
    expect(rememberedValue(keyed, { list: ['s'] }, '/list/0')).toBeUndefined()
    const reversed = { staged: { list: { 0: 's' } }, rendered: { list: ['p'] } }
    expect(rememberedValue(reversed, { list: { 0: 's' } }, '/list/0')).toBeUndefined()
  })

  test('stays behind a member whose name is a number', () => {
    const before = { staged: { 0: { url: 's' } }, rendered: { 0: { url: 'p' } } }
    expect(rememberedValue(before, { 0: { url: 's' } }, '/0/url')).toBe('p')
  })

  test('is looked up in arrays inside of arrays by every position', () => {
    const of = (...rows: readonly (readonly string[])[]) => ({ rows: rows.map((row) => ({ row })) })
    const before = { staged: of(['a', 'b'], ['c']), rendered: of(['A', 'B'], ['C']) }
    expect(rememberedValue(before, of(['a', 'b'], ['x']), '/rows/0/row/1')).toBe('B')
    const shorter = { ...before, rendered: of(['A'], ['C']) }
    expect(rememberedValue(shorter, before.staged, '/rows/0/row/0')).toBeUndefined()
  })

  test('is only ever one that stood at that place in production', () => {
    const scalar = fc.constantFrom('a', 'b', 'c')
    const content = fc.record({
      url: scalar,
      list: fc.array(fc.record({ url: scalar, name: scalar }), { maxLength: 3 }),
    })
    const pointer = fc.constantFrom('/url', '/list/0/url', '/list/1/url', '/list/2', '/list')
    fc.assert(
      fc.property(content, content, content, pointer, (staged, rendered, now, place) => {
        const value = rememberedValue({ staged, rendered }, now, place)
        if (value === undefined) return
        expect(value).toBe(readPointer(rendered, place))
        if (parsePointer(place).length > 1)
          expect(readPointer(now, place)).toEqual(readPointer(staged, place))
      }),
    )
  })
})

describe('what references became in production', () => {
  test('is known by the place that they stood at', () => {
    const staged = { template: staging(1), lists: [staging(2), staging(3)] }
    const rendered = { template: production(1), lists: [production(2), production(3)] }
    expect([...rememberedTargets(letter, { staged, rendered })]).toEqual([
      [staging(1), production(1)],
      [staging(2), production(2)],
      [staging(3), production(3)],
    ])
  })

  test('is not guessed where elements were left out, or no id stands there', () => {
    const staged = { template: staging(1), lists: [staging(2), staging(3)] }
    expect([...rememberedTargets(letter, { staged, rendered: { lists: [production(3)] } })]).toEqual([])
    expect([...rememberedTargets(letter, { staged, rendered: { template: 'none' } })]).toEqual([])
    expect([...rememberedTargets(letter, { staged, rendered: { template: 7 } })]).toEqual([])
  })
})
