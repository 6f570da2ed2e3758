import { describe, expect, test } from 'vitest'
import type { AssetType } from '../../../../src/domain/asset/asset-type.ts'
import { referenceCircle } from '../../../../src/domain/asset/references/reference-circle.ts'
import { ownReferencesOf, referencesOf } from '../../../../src/domain/asset/references/references.ts'
import { rewriteReferences } from '../../../../src/domain/asset/references/rewrite-references.ts'
import { type AssetId, identifier } from '../../../../src/domain/identifiers.ts'

const id = (number: number) =>
  identifier<AssetId>(`01890000-0000-7000-8000-${String(number).padStart(12, '0')}`)
const template = { pointer: '/template', types: ['formTemplate'], required: true }
const links = { pointer: '/links/*/to', types: ['valueSet'], required: false }
const type = {
  references: [template, links],
  partnerOwned: [{ pointer: '/links/*', flag: 'theirs' }],
} as unknown as AssetType
const content = {
  template: id(1),
  links: [{ to: id(2) }, { to: null }, { to: 7 }, { id: 'x', to: id(3), theirs: true }, {}],
}

describe('references', () => {
  test('are the texts at the places that the type names, rule by rule', () => {
    expect(referencesOf(type, content)).toEqual([
      { pointer: '/template', asset: id(1), rule: template },
      { pointer: '/links/0/to', asset: id(2), rule: links },
      { pointer: '/links/3/to', asset: id(3), rule: links },
    ])
  })

  test('of a partner are not ours', () => {
    expect(ownReferencesOf(type, content).map(({ asset }) => asset)).toEqual([id(1), id(2)])
  })

  test('are rewritten where something stands for them, and stay otherwise', () => {
    const targets = new Map([
      [id(1), id(11)],
      [id(3), id(13)],
      [id(2), id(2)],
    ])
    expect(rewriteReferences(type, content, targets)).toEqual({ ...content, template: id(11) })
    expect(rewriteReferences(type, content, new Map([[id(2), id(12)]]))).toMatchObject({
      template: id(1),
      links: [{ to: id(12) }, {}, {}, {}, {}],
    })
    expect(rewriteReferences(type, content, new Map())).toBe(content)
    expect(rewriteReferences(type, content, new Map([[id(2), id(2)]]))).toBe(content)
  })
})

describe('a circle of references', () => {
  const edges = (...pairs: readonly (readonly [number, number])[]) =>
    pairs.map(([source, target]) => ({ source: id(source), target: id(target) }))

  test('is the shortest way from an asset back to it', () => {
    const all = edges([1, 2], [2, 3], [3, 1], [1, 4], [4, 5], [5, 6], [6, 1], [2, 4])
    expect(referenceCircle(id(1), all)).toEqual([id(1), id(2), id(3)])
    expect(referenceCircle(id(4), all)).toEqual([id(4), id(5), id(6), id(1)])
    expect(referenceCircle(id(1), edges([1, 1]))).toEqual([id(1)])
    expect(referenceCircle(id(1), edges([1, 2], [2, 1]))).toEqual([id(1), id(2)])
  })

  test('is none where no way leads back, whatever circles others are in', () => {
    expect(referenceCircle(id(1), edges([1, 2], [2, 3], [3, 2]))).toBeNull()
    expect(referenceCircle(id(1), edges([2, 1]))).toBeNull()
    expect(referenceCircle(id(1), [])).toBeNull()
  })
})
