import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AssetId, identifier } from '../../../src/domain/identifiers.ts'
import { dependencyOrder, type OrderedItem } from '../../../src/domain/plan/order.ts'

const asset = (number: number): AssetId =>
  identifier(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`)

const item = (number: number, ...references: number[]): OrderedItem => ({
  asset: asset(number),
  references: references.map(asset),
})

/** Bundles without cycles: an item refers only to smaller numbers, and the numbers are shuffled. */
const acyclic = fc
  .array(fc.array(fc.nat({ max: 30 }), { maxLength: 5 }), { maxLength: 30 })
  .chain((rows) =>
    fc
      .shuffledSubarray([...rows.keys()], { minLength: rows.length })
      .map((names) =>
        rows.map((row, index) =>
          item(names[index] ?? 0, ...row.filter((other) => other < index).map((other) => names[other] ?? 0)),
        ),
      ),
  )

describe('the order of a bundle', () => {
  it('puts every asset once, after all that it refers to', () => {
    fc.assert(
      fc.property(acyclic, (items) => {
        const order = dependencyOrder(items)
        expect(order.kind).toBe('ordered')
        expect([...order.assets].sort()).toEqual(items.map((each) => each.asset).sort())
        const place = new Map(order.assets.map((each, index) => [each, index]))
        for (const { asset: referring, references } of items) {
          for (const referred of references) {
            expect(place.get(referred)).toBeLessThan(place.get(referring) ?? -1)
          }
        }
      }),
    )
  })

  it('does not depend on how the request lists them', () => {
    const shuffled = acyclic.chain((items) =>
      fc.tuple(
        fc.constant(items),
        fc.shuffledSubarray(
          items.map((each) => ({ ...each, references: each.references.toReversed() })),
          { minLength: items.length },
        ),
      ),
    )
    fc.assert(
      fc.property(shuffled, ([items, others]) => {
        expect(dependencyOrder(others)).toEqual(dependencyOrder(items))
      }),
    )
  })

  it('looks away from references that leave the bundle', () => {
    expect(dependencyOrder([item(1, 9)])).toEqual({ kind: 'ordered', assets: [asset(1)] })
  })

  it('names the members of a cycle, each referring to the next', () => {
    const items = [item(4, 3), item(3, 2), item(2, 5), item(5, 3), item(1)]
    expect(dependencyOrder(items)).toEqual({ kind: 'cycle', assets: [asset(2), asset(5), asset(3)] })
    expect(dependencyOrder([item(7, 7)])).toEqual({ kind: 'cycle', assets: [asset(7)] })
  })

  it('names of a cycle that others lead to its members alone, from the smallest on', () => {
    const expected = { kind: 'cycle', assets: [asset(2), asset(3)] }
    expect(dependencyOrder([item(1, 3), item(3, 2), item(2, 3)])).toEqual(expected)
    expect(dependencyOrder([item(1, 2), item(2, 3), item(3, 2)])).toEqual(expected)
    expect(dependencyOrder([item(1, 2), item(2, 1)])).toEqual({ kind: 'cycle', assets: [asset(1), asset(2)] })
  })

  it('takes an item that refers to itself for a cycle of one, also beside others', () => {
    expect(dependencyOrder([item(1), item(2, 1, 2)])).toEqual({ kind: 'cycle', assets: [asset(2)] })
  })

  it('lists what several items refer to once, before all of them', () => {
    expect(dependencyOrder([item(1, 2, 3), item(2, 4), item(3, 4), item(4)])).toEqual({
      kind: 'ordered',
      assets: [asset(4), asset(2), asset(3), asset(1)],
    })
    expect(dependencyOrder([])).toEqual({ kind: 'ordered', assets: [] })
  })

  it('copes with a ladder of diamonds, which has more ways through it than anybody could walk', () => {
    const ladder = Array.from({ length: 200 }, (_, rung) => [
      item(3 * rung, 3 * rung + 1, 3 * rung + 2),
      item(3 * rung + 1, 3 * rung + 3),
      item(3 * rung + 2, 3 * rung + 3),
    ]).flat()
    expect(dependencyOrder(ladder).assets).toHaveLength(600)
  })

  it('counts an item that is listed twice once, with the references of both', () => {
    expect(dependencyOrder([item(1, 2), item(1, 3), item(2), item(3)]).assets).toEqual([
      asset(2),
      asset(3),
      asset(1),
    ])
  })

  it('copes with a chain of ten thousand', () => {
    const chain = Array.from({ length: 10_000 }, (_, index) => item(index, index + 1))
    expect(dependencyOrder(chain).assets.at(0)).toBe(asset(9_999))
    expect(dependencyOrder([...chain, item(10_000, 0)])).toMatchObject({ kind: 'cycle' })
  })
})
