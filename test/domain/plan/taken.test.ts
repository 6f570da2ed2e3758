import { describe, expect, it } from 'vitest'
import type { AssetType } from '../../../src/domain/asset/asset-type.ts'
import { claimsOf } from '../../../src/domain/asset/claims.ts'
import { filter } from '../../../src/domain/asset/types/filter.ts'
import { type AssetId, identifier } from '../../../src/domain/identifiers.ts'
import { takenFindings } from '../../../src/domain/plan/taken.ts'

const id = (number: number): AssetId =>
  identifier(`a1111111-0000-4000-8000-${String(number).padStart(12, '0')}`)

const content = (dataModel: string) => ({
  action: 'send',
  rules: [],
  links: [{ source: { id: id(1) }, destination: { id: id(2) }, dataModel }],
})
const holder = (target: number, dataModel: string, type: AssetType = filter) => ({
  type,
  target: id(target),
  content: content(dataModel),
})
const landing = (target: number, dataModel: string, type?: AssetType) => ({
  ...holder(target, dataModel, type),
  asset: id(target + 100),
})
const places = (...given: Parameters<typeof takenFindings>) =>
  takenFindings(...given).map(({ asset, pointer, severity }) => ({ asset, pointer, severity }))

describe('what only one asset may hold', () => {
  it('blocks the second of a bundle as much as the first', () => {
    expect(places([landing(1, 'Results'), landing(2, 'Results'), landing(3, 'Orders')], [])).toEqual([
      { asset: id(101), pointer: '/links/0', severity: 'blocker' },
      { asset: id(102), pointer: '/links/0', severity: 'blocker' },
    ])
  })

  it('blocks what another asset of the destination holds, unless it is replaced or gives it up', () => {
    expect(places([landing(1, 'Results')], [holder(2, 'Results')])).toHaveLength(1)
    expect(places([landing(1, 'Results')], [holder(1, 'Results'), holder(2, 'Orders')])).toEqual([])
    expect(places([landing(1, 'Results'), landing(2, 'Orders')], [holder(2, 'Results')])).toEqual([])
  })

  it('is told in words, by its rule', () => {
    expect(takenFindings([landing(1, 'Results')], [holder(9, 'Results')])).toEqual([
      {
        rule: 'taken',
        severity: 'blocker',
        asset: id(101),
        pointer: '/links/0',
        message: 'In the destination another asset holds this already, and only so many may.',
      },
    ])
  })

  it('is held by type: two types do not stand in each other’s way', () => {
    expect(places([landing(1, 'Results')], [holder(2, 'Results', { ...filter, name: 'other' })])).toEqual([])
  })

  it('is as many as the type says', () => {
    const { unique: _, ...plain } = filter
    const type = { ...plain, cardinality: { pointer: '/links/*/source/id', maximum: 2 } }
    const two = [landing(1, 'Results', type), landing(2, 'Orders', type)]
    expect(places(two, [])).toEqual([])
    expect(places(two, [holder(3, 'Visits', type)])).toHaveLength(2)
  })

  it('is claimed, where a type counts them, by each value once', () => {
    const { unique: _, ...plain } = filter
    const type = { ...plain, cardinality: { pointer: '/links/*/source/id', maximum: 2 } }
    const link = (source: number) => ({ source: { id: id(source) } })
    const claims = claimsOf(type, { links: [link(1), link(2), link(1)] })
    expect(claims.map(({ values, maximum }) => ({ values, maximum }))).toEqual([
      { values: [id(1)], maximum: 2 },
      { values: [id(2)], maximum: 2 },
    ])
    expect(claimsOf(type, { links: [link(1)] })).toEqual([expect.objectContaining({ key: claims[0]?.key })])
  })

  it('is claimed by the values at their places, and by nothing that lacks one', () => {
    const [claim, ...others] = claimsOf(filter, content('Results'))
    expect(others).toEqual([])
    expect(claim).toMatchObject({ pointer: '/links/0', values: [id(1), id(2), 'Results'], maximum: 1 })
    expect(claimsOf(filter, { ...content('Results'), links: [{ source: { id: id(1) } }] })).toEqual([])
  })
})
