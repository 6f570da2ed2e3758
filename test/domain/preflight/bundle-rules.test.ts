import { describe, expect, test } from 'vitest'
import type { JsonValue } from '../../../src/domain/json.ts'
import type { Binding } from '../../../src/domain/plan/binding.ts'
import type { RenderNote } from '../../../src/domain/plan/render.ts'
import type { PreflightItem, PreflightTarget } from '../../../src/domain/preflight/preflight.ts'
import {
  bundleOf,
  digestOf,
  foundBy,
  itemWith,
  landedTarget,
  letter,
  person,
  production,
  staging,
} from './sample-preflight.ts'

const places = (rule: string, items: readonly PreflightItem[], change: Parameters<typeof bundleOf>[1] = {}) =>
  foundBy(rule, bundleOf(items, change)).map(({ asset, pointer, severity }) => [asset, pointer, severity])

const one = staging(1)

describe('the content of an item', () => {
  test('that was erased cannot land, and is not held against its schema any more', () => {
    const erased = itemWith(null, { erased: true, misfits: [{ pointer: '', message: 'must be object' }] })
    expect(places('content-erased', [erased, itemWith({})])).toEqual([[one, '', 'blocker']])
    expect(places('schema', [erased])).toEqual([])
  })

  test('that fits no schema or breaks a rule of its type cannot land, place by place and in words', () => {
    const wrong = itemWith(
      {},
      {
        misfits: [{ pointer: '/a', message: 'must be a text' }],
        broken: [{ pointer: '/b', message: 'must be the same as /c' }],
      },
    )
    expect(foundBy('schema', bundleOf([wrong]))).toMatchObject([
      { pointer: '/a', severity: 'blocker', message: 'The rendered content must be a text.' },
    ])
    expect(foundBy('structure', bundleOf([wrong]))).toMatchObject([
      { pointer: '/b', severity: 'blocker', message: 'The rendered content must be the same as /c.' },
    ])
  })

  test.each([
    ['literal-secret', 'secret', 'patient-data'],
    ['patient-data', 'patient-data', 'secret'],
  ] as const)(
    'in which screening is sure of a %s cannot land; where it is not, a person says why',
    (rule, about, other) => {
      const screened = [
        { about, pointer: '/sure', message: 'holds one.', sure: true },
        { about, pointer: '/maybe', message: 'may hold one.', sure: false },
        { about: other, pointer: '/other', message: 'is another.', sure: true },
      ]
      expect(foundBy(rule, bundleOf([itemWith({}, { screened })]))).toMatchObject([
        { pointer: '/sure', severity: 'blocker', message: 'The rendered content holds one.' },
        { pointer: '/maybe', severity: 'warning', message: 'The rendered content may hold one.' },
      ])
    },
  )

  test('is looked at for endpoints that are not of production', () => {
    const content = { url: 'https://localhost/x', other: 'https://ehr.hospital.org' }
    expect(foundBy('endpoint-suspicious', bundleOf([itemWith(content)]))).toMatchObject([
      {
        pointer: '/url',
        severity: 'warning',
        message: 'This endpoint leads to the machine that calls it. Bind production’s own, if there is one.',
      },
    ])
  })

  test('is looked at for endpoints that assets outside of the bundle use, however they are spelt', () => {
    const bound = itemWith({ url: 'https://S.org:443/v1/?a=1', mine: 'https://s.org/v2' }, { staged: {} })
    const usedElsewhere = new Set(['https://s.org:/v1'])
    expect(places('endpoint-of-staging', [bound], { usedElsewhere })).toEqual([[one, '/url', 'warning']])
    expect(places('endpoint-of-staging', [bound])).toEqual([])
  })

  test('is looked at for endpoints that any staging asset of the bundle uses', () => {
    const first = itemWith({ url: 'https://p.org' }, { staged: { url: 'https://s.org/v1' } })
    const second = itemWith(
      { url: 'https://s.org/v1/', mine: 'https://q.org' },
      { asset: staging(2), staged: {} },
    )
    expect(places('endpoint-of-staging', [first, second])).toEqual([[staging(2), '/url', 'warning']])
  })

  test('is looked at for look-alike names and hidden characters', () => {
    const content = { url: 1, uгl: 2, note: 'a\u202eb' }
    expect(places('look-alike', [itemWith(content)])).toEqual([[one, '/uгl', 'warning']])
    expect(places('hidden-characters', [itemWith(content)])).toEqual([[one, '/note', 'warning']])
  })

  test.each<[RenderNote['rule'], string]>([
    ['reference-unresolved', 'blocker'],
    ['reference-dropped', 'warning'],
    ['binding-missing', 'blocker'],
    ['binding-conflict', 'blocker'],
    ['binding-remembered', 'info'],
    ['partner-owned', 'info'],
  ])('is told of by %s, as a %s', (rule, severity) => {
    const others = ['reference-unresolved', 'binding-missing', 'partner-owned'] as const
    const notes = [
      { rule, pointer: '/here' },
      ...others.filter((other) => other !== rule).map((other) => ({ rule: other, pointer: '/there' })),
    ]
    expect(places(rule, [itemWith({}, { notes })])).toEqual([[one, '/here', severity]])
  })

  test('may not change a place that never changes, but for a first landing', () => {
    const target = { ...landedTarget, content: { code: 'a', note: 1 } }
    expect(places('immutable-changed', [itemWith({ code: 'b', note: 2 }, { target })])).toEqual([
      [one, '/code', 'blocker'],
    ])
    expect(places('immutable-changed', [itemWith({ note: 2 }, { target })])).toEqual([
      [one, '/code', 'blocker'],
    ])
    expect(places('immutable-changed', [itemWith({ code: 'a', note: 2 }, { target })])).toEqual([])
    expect(places('immutable-changed', [itemWith({ code: 'b' })])).toEqual([])
  })

  test('with a secret that production lacks is told, and lands', () => {
    const content = { hasPassword: true }
    expect(places('secret-missing', [itemWith(content)])).toEqual([[one, '/password', 'info']])
    expect(places('secret-missing', [itemWith(content, { target: { sealed: ['/password'] } })])).toEqual([])
    expect(places('secret-missing', [itemWith({ hasPassword: false })])).toEqual([])
  })
})

describe('the target of an item', () => {
  const target = (change: Partial<PreflightTarget>) => [
    itemWith({}, { target: { ...landedTarget, ...change } }),
  ]
  const pin = (version: number, character: string) => ({ version, digest: digestOf(character) })

  test.each<[string, Partial<PreflightTarget>, boolean]>([
    ['as the last promotion left it', {}, false],
    ['in another version', { baseline: pin(4, '3') }, true],
    ['with other bytes', { baseline: pin(3, '4') }, true],
    ['where no promotion came before', { landed: null }, false],
    ['where nothing stands', { baseline: null }, false],
  ])('%s has drifted: %#', (_, change, drifted) => {
    expect(places('target-drifted', target(change))).toEqual(drifted ? [[one, '', 'warning']] : [])
  })

  test.each<[string, Partial<PreflightTarget>, boolean]>([
    ['that stands', {}, false],
    ['that was promoted and is gone', { baseline: null }, true],
    ['that never was', { baseline: null, landed: null }, false],
    ['that no promotion made', { landed: null }, false],
  ])('%s is missing: %#', (_, change, missing) => {
    expect(places('target-missing', target(change))).toEqual(missing ? [[one, '', 'blocker']] : [])
  })

  test('that production put back to an older version is told', () => {
    expect(places('target-restored', target({ restored: true }))).toEqual([[one, '', 'warning']])
    expect(places('target-restored', target({}))).toEqual([])
  })

  test('is told of a type that changed between what landed and what staging wrote, with both versions', () => {
    const versions = (staged: number, landed: number | null) =>
      bundleOf([itemWith({}, { typeVersions: { staged, landed } })])
    expect(foundBy('type-versions-differ', versions(3, 2))).toMatchObject([
      {
        asset: one,
        pointer: '',
        severity: 'warning',
        message: expect.stringMatching(/version 2 .* version 3\./),
      },
    ])
    expect(foundBy('type-versions-differ', versions(2, 3))).toHaveLength(1)
    expect(foundBy('type-versions-differ', versions(2, 2))).toEqual([])
    expect(foundBy('type-versions-differ', versions(2, null))).toEqual([])
  })

  test('that is adopted is told, and one that is not free is refused with the reason', () => {
    expect(places('target-adopted', target({ adopted: true }))).toEqual([[one, '', 'warning']])
    expect(places('target-adopted', target({}))).toEqual([])
    const refusedAdoptions = (['missing', 'other-type', 'associated'] as const).map((because) => ({
      asset: one,
      because,
    }))
    expect(
      foundBy('adoption-refused', bundleOf([], { refusedAdoptions })).map(({ message }) => message),
    ).toEqual([
      'The asset to adopt is not in the destination. Name one that is there, or leave the adoption out.',
      'The asset to adopt is of another type. Name one of the same type.',
      'One of the two has a partner already, and adoption is for assets without. Leave it out.',
    ])
  })

  test('may not hold what another asset of production holds already', () => {
    const standing = [{ type: letter, target: production(9), content: { source: 'x' } }]
    const items = [
      itemWith({ source: 'x' }),
      itemWith({ source: 'y' }, { asset: staging(2), target: { asset: production(2) } }),
    ]
    expect(places('taken', items, { standing })).toEqual([[one, '/source', 'blocker']])
    expect(
      places('taken', items, {
        standing: [{ type: letter, target: production(1), content: { source: 'x' } }],
      }),
    ).toEqual([])
  })
})

describe('a binding', () => {
  const reference = (to: number): Binding => ({ kind: 'reference', from: staging(8), to: production(to) })
  const staged = { template: staging(8), lists: [staging(8)] }
  const usedAt = (pointer: string, binding: Binding | null) =>
    itemWith(staged, { used: [{ pointer, value: 'a value', binding }] })
  const bound = (type: string) => ({ bound: new Map([[production(1), type]]) })

  test('to an asset that is not in the destination blocks', () => {
    expect(places('binding-target-missing', [usedAt('/template', reference(1))])).toEqual([
      [one, '/template', 'blocker'],
    ])
    expect(
      places('binding-target-missing', [usedAt('/template', reference(1))], bound('formTemplate')),
    ).toEqual([])
    expect(places('binding-target-missing', [usedAt('/template', null)])).toEqual([])
    const value: Binding = { kind: 'value', asset: one, pointer: '/url', value: 'x' }
    expect(places('binding-target-missing', [usedAt('/url', value)])).toEqual([])
  })

  test('to an asset of another type blocks, and names those that may stand there', () => {
    expect(
      foundBy('binding-target-type', bundleOf([usedAt('/template', reference(1))], bound('filter'))),
    ).toMatchObject([
      {
        pointer: '/template',
        severity: 'blocker',
        message: 'The binding names an asset of another type; formTemplate may stand here.',
      },
    ])
    expect(places('binding-target-type', [usedAt('/template', reference(1))], bound('formTemplate'))).toEqual(
      [],
    )
    expect(places('binding-target-type', [usedAt('/lists/0', reference(1))], bound('formTemplate'))).toEqual([
      [one, '/lists/0', 'blocker'],
    ])
    expect(places('binding-target-type', [usedAt('/template', reference(1))])).toEqual([])
    expect(places('binding-target-type', [usedAt('/template', null)], bound('filter'))).toEqual([])
    expect(places('binding-target-type', [usedAt('/elsewhere', reference(1))], bound('filter'))).toEqual([])
    const value: Binding = { kind: 'value', asset: one, pointer: '/template', value: production(1) }
    expect(places('binding-target-type', [usedAt('/template', value)], bound('filter'))).toEqual([])
  })

  test('that takes no effect is told', () => {
    const other: Binding = { kind: 'value', asset: one, pointer: '/nowhere', value: 'x' }
    const bindings = [reference(1), other]
    expect(places('binding-unused', [usedAt('/template', reference(1))], { bindings })).toEqual([
      [one, '/nowhere', 'warning'],
    ])
  })
})

describe('a bundle', () => {
  test('whose assets refer to each other in a circle is refused at each of them', () => {
    expect(places('reference-cycle', [], { circle: [staging(2), staging(3)] })).toEqual([
      [staging(2), '', 'blocker'],
      [staging(3), '', 'blocker'],
    ])
    expect(places('reference-cycle', [itemWith({})])).toEqual([])
  })

  test('that more than a hundred people contributed to is refused', () => {
    const people = Array.from({ length: 101 }, (_, place) => person(place))
    expect(places('too-many-contributors', [itemWith({})], { contributors: people })).toEqual([
      [one, '', 'blocker'],
    ])
    expect(places('too-many-contributors', [itemWith({})], { contributors: people.slice(1) })).toEqual([])
  })

  test('of nothing but what production already holds is refused', () => {
    const same = (number: number, target: Partial<PreflightTarget> = {}) =>
      itemWith(
        {},
        {
          asset: staging(number),
          digest: digestOf('3'),
          target: { ...landedTarget, ...target },
        },
      )
    const content: JsonValue = {}
    expect(places('nothing-to-promote', [same(1), same(2)])).toEqual([
      [staging(1), '', 'blocker'],
      [staging(2), '', 'blocker'],
    ])
    expect(places('nothing-to-promote', [same(1), itemWith(content, { asset: staging(2) })])).toEqual([])
    expect(places('nothing-to-promote', [itemWith(content, { target: landedTarget })])).toEqual([])
    expect(places('nothing-to-promote', [same(1, { restored: true })])).toEqual([])
  })
})
