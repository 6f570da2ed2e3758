import { describe, expect, test } from 'vitest'
import { postgresAssetStore } from '../../src/stores/postgres.ts'
import { openStores } from '../support/stores.ts'
import {
  assetRow,
  bundleOf,
  contentsOf,
  entriesOf,
  fencedBy,
  firstOf,
  grant,
  itemOf,
  nextBundle,
  unchangedOf,
  updateOf,
} from './fixture.ts'

const stores = await openStores()
const production = stores.superuser('production')
const store = postgresAssetStore(stores.pool('production', 'worker_production'))

async function refusal(bundle: Parameters<typeof store.activate>[0]): Promise<string> {
  const before = await contentsOf(production, bundle.organization)
  const entries = await entriesOf(production, bundle.organization)
  const answer = await store.activate(bundle)
  expect(await contentsOf(production, bundle.organization)).toEqual(before)
  const added = (await entriesOf(production, bundle.organization)).slice(entries.length)
  const code = answer.kind === 'refused' ? answer.code : answer.kind
  expect(added).toMatchObject([
    {
      type: 'landing.refused',
      data: { promotion: bundle.promotion, outcome: 'refused', details: { code, purpose: 'activate' } },
    },
  ])
  return code
}

describe('an activation', () => {
  test('makes what landed the version in use, for the whole bundle, and names who asked', async () => {
    const standing = itemOf()
    const first = bundleOf([standing])
    await store.land(first)
    const second = nextBundle(first, [updateOf(standing, 1), itemOf()])
    await store.land(second)
    expect(await store.activate(fencedBy(second, 1))).toEqual({ kind: 'performed', version: 2 })
    for (const [place, version] of [2, 1].entries()) {
      const { target } = second.items[place] ?? standing
      expect(await assetRow(production, first.organization, target)).toMatchObject({
        version,
        active: version,
      })
    }
    const told = (await entriesOf(production, first.organization)).slice(-2)
    expect(told.map(({ type }) => type)).toEqual(['asset.activated', 'asset.activated'])
    expect(told[0]?.data).toMatchObject({
      actor: { person: standing.person, via: 'workflow' },
      asset: standing.target,
      promotion: second.promotion,
      version: 2,
      digest: firstOf(second.items).digest,
      details: { fence: 3, authorization: grant },
    })
  })

  test('happens once, and answers the same even after a newer one', async () => {
    const standing = itemOf()
    const first = bundleOf([standing])
    await store.land(first)
    const answer = await store.activate(fencedBy(first, 1))
    const second = nextBundle(first, [updateOf(standing, 1, { fence: 3 })])
    await store.land(second)
    await store.activate(fencedBy(second, 1))
    const before = await contentsOf(production, first.organization)
    const entries = await entriesOf(production, first.organization)
    expect(await store.activate(fencedBy(first, 1))).toEqual(answer)
    expect(await contentsOf(production, first.organization)).toEqual(before)
    expect(await entriesOf(production, first.organization)).toEqual(entries)
  })

  test('happens once when two workers try at the same time', async () => {
    const bundle = bundleOf([itemOf(), itemOf()])
    await store.land(bundle)
    const activation = fencedBy(bundle, 1)
    const answers = await Promise.all([store.activate(activation), store.activate(activation)])
    expect(answers).toEqual(Array(2).fill({ kind: 'performed', version: 1 }))
    expect(await entriesOf(production, bundle.organization)).toHaveLength(4)
  })

  test('makes a version active that landed unchanged', async () => {
    const standing = itemOf()
    const first = bundleOf([standing])
    await store.land(first)
    const second = nextBundle(first, [unchangedOf(standing, 1)])
    await store.land(second)
    await store.activate(fencedBy(second, 1))
    expect(await assetRow(production, first.organization, standing.target)).toMatchObject({ active: 1 })
  })
})

describe('an activation is refused and changes nothing', () => {
  test('when a higher fence was seen on one of its assets', async () => {
    const bundle = bundleOf([itemOf({ fence: 5 }), itemOf({ fence: 5 })])
    await store.land(bundle)
    const [first, second] = bundle.items
    const mixed = [first, second].flatMap((item, place) =>
      item === undefined ? [] : [{ ...item, fence: place === 0 ? 6 : 4 }],
    )
    expect(await refusal({ ...bundle, items: mixed })).toBe('fenced')
  })

  test('when nothing has landed', async () => {
    expect(await refusal(bundleOf([itemOf()]))).toBe('not-landed')
  })

  test('when what landed was discarded', async () => {
    const bundle = bundleOf([itemOf()])
    await store.land(bundle)
    await store.discard(fencedBy(bundle, 1))
    expect(await refusal(fencedBy(bundle, 2))).toBe('not-landed')
  })

  test('when one of its items is not what landed', async () => {
    const bundle = bundleOf([itemOf(), itemOf()])
    await store.land(bundle)
    const other = { ...itemOf(), position: 2 }
    expect(await refusal({ ...bundle, items: [firstOf(bundle.items), other] })).toBe('not-landed')
  })

  test('when a newer version of one of its assets is in use', async () => {
    const standing = itemOf()
    const first = bundleOf([standing, itemOf()])
    await store.land(first)
    const second = nextBundle(first, [updateOf(standing, 1)])
    await store.land(second)
    await store.activate(fencedBy(second, 1))
    expect(await refusal(fencedBy(first, 9))).toBe('superseded')
  })
})
