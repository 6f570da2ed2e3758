import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AssetType, StructuralCheck } from '../../../../src/domain/asset/asset-type.ts'
import { replaceAt } from '../../../../src/domain/asset/json/pointer.ts'
import { structuralProblems } from '../../../../src/domain/asset/structure/structural-problems.ts'
import type { JsonValue } from '../../../../src/domain/json.ts'
import { jsonContainer } from '../json-arbitrary.ts'

function problems(check: StructuralCheck | undefined, content: JsonValue) {
  const type: AssetType = {
    name: 'tested',
    promotable: true,
    schema: {},
    references: [],
    bindings: [],
    secrets: [],
    immutable: [],
    writableBy: ['engineer'],
    ...(check === undefined ? {} : { checks: [check] }),
  }
  return structuralProblems(type, content)
}

function judged(check: StructuralCheck, content: JsonValue): readonly string[] {
  return problems(check, content).map(({ pointer }) => pointer)
}

const each = '/links/*'
const link = fc.record({ source: fc.integer({ min: 0, max: 3 }), note: jsonContainer })
const links = fc.array(link, { maxLength: 8 })

describe('places that agree', () => {
  const check = { check: 'agree', each, members: ['/source'] } as const

  it('are exactly those with one value, whatever else they hold', () => {
    fc.assert(
      fc.property(links, (list) => {
        const wrong = list.flatMap(({ source }, index) =>
          source === list[0]?.source ? [] : [`/links/${index}`],
        )
        expect(judged(check, { links: list })).toEqual(wrong)
      }),
    )
  })

  it('do not count where a member is absent', () => {
    expect(judged(check, { links: [{ source: 1 }, {}, { source: 1 }] })).toEqual([])
  })
})

describe('places that are distinct', () => {
  const check = { check: 'distinct', each, members: ['/source'] } as const

  it('are refused from the second of a value on', () => {
    fc.assert(
      fc.property(links, (list) => {
        const sources = list.map(({ source }) => source)
        const wrong = sources.flatMap((source, index) =>
          sources.indexOf(source) < index ? [`/links/${index}`] : [],
        )
        expect(judged(check, { links: list })).toEqual(wrong)
      }),
    )
  })

  it('tell equal JSON from other JSON, not equal texts', () => {
    expect(judged(check, { links: [{ source: { a: 1, b: 2 } }, { source: { b: 2, a: 1 } }] })).toEqual([
      '/links/1',
    ])
    expect(judged(check, { links: [{ source: '1' }, { source: 1 }, { source: null }] })).toEqual([])
  })
})

describe('places that are the same', () => {
  const check = { check: 'equal', pointers: ['/from/kind', '/to/kind'] } as const

  it('are the same JSON, or absent', () => {
    fc.assert(
      fc.property(jsonContainer, (kind) => {
        expect(judged(check, { from: { kind }, to: { kind } })).toEqual([])
        expect(judged(check, { from: { kind }, to: {} })).toEqual([])
        expect(judged(check, { from: { kind }, to: { kind: [kind] } })).toEqual(['/to/kind'])
      }),
    )
  })
})

describe('values that are contained', () => {
  const check = { check: 'contained', each: '/maps/*/from', in: '/values/*/id' } as const
  const id = fc.integer({ min: 0, max: 5 })

  it('are those that stand there, unless nothing does', () => {
    fc.assert(
      fc.property(fc.array(id), fc.uniqueArray(id), (from, ids) => {
        const content = { maps: from.map((one) => ({ from: one })), values: ids.map((one) => ({ id: one })) }
        const wrong = from.flatMap((one, index) => (ids.includes(one) ? [] : [`/maps/${index}/from`]))
        expect(judged(check, content)).toEqual(ids.length === 0 ? [] : wrong)
      }),
    )
  })
})

describe('members that exclude each other', () => {
  const members = ['a', 'b', 'c'] as const
  const object = fc.dictionary(fc.constantFrom(...members, 'other'), jsonContainer)

  it.each([true, false])('are one at most, and exactly one where required (%s)', (required) => {
    fc.assert(
      fc.property(object, (value) => {
        const count = members.filter((member) => Object.hasOwn(value, member)).length
        const isRight = count === 1 || (count === 0 && !required)
        expect(judged({ check: 'exclusive', each: '', members, required }, value)).toEqual(
          isRight ? [] : [''],
        )
      }),
    )
  })

  it('do not concern what is no object', () => {
    expect(judged({ check: 'exclusive', each: '/a', members, required: true }, { a: ['a', 'b'] })).toEqual([])
  })
})

describe('what is wrong', () => {
  const both = ['/source', '/note']
  const link = { source: 1, note: 'x' }
  const members = ['a', 'b']

  it.each<[StructuralCheck, JsonValue, string, string]>([
    [
      { check: 'agree', each, members: both },
      { links: [link, { ...link, note: 'y' }] },
      '/links/1',
      'must agree with /links/0 in /source and /note',
    ],
    [
      { check: 'distinct', each, members: both },
      { links: [link, link] },
      '/links/1',
      'repeats /source and /note of /links/0',
    ],
    [
      { check: 'equal', pointers: ['/absent', '/from', '/to'] },
      { from: 1, to: 2 },
      '/to',
      'must be the same as /from',
    ],
    [
      { check: 'contained', each: '/maps/*', in: '/values/*/id' },
      { maps: ['x'], values: [{ id: 'y' }] },
      '/maps/0',
      'must be one of those at /values/*/id',
    ],
    [{ check: 'exclusive', each: '', members, required: true }, {}, '', 'must have exactly one of a, b'],
    [
      { check: 'exclusive', each: '', members, required: false },
      { a: 1, b: 1 },
      '',
      'must have at most one of a, b',
    ],
  ])('by %j is told with what would be right', (check, content, pointer, message) => {
    expect(problems(check, content)).toEqual([{ pointer, message }])
  })

  it('is nothing where the type checks nothing', () => {
    expect(problems(undefined, { links: [link, link] })).toEqual([])
  })

  it('is nothing where none of the places that should be the same is there', () => {
    expect(judged({ check: 'equal', pointers: ['/from', '/to'] }, {})).toEqual([])
  })
})

it('finds the same wherever members stand in their object', () => {
  fc.assert(
    fc.property(links, (list) => {
      const content = { links: list }
      const reversed = list.reduce<JsonValue>(
        (whole, { source, note }, index) => replaceAt(whole, `/links/${index}`, { note, source }),
        content,
      )
      for (const check of ['agree', 'distinct'] as const) {
        const rule = { check, each, members: ['/source', '/note'] }
        expect(judged(rule, reversed)).toEqual(judged(rule, content))
      }
    }),
  )
})
