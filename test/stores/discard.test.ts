import { describe, expect, test } from 'vitest'
import { storeOrigin } from '../../src/db/stores.ts'
import { postgresAssetStore } from '../../src/stores/postgres.ts'
import { installation } from '../support/cluster.ts'
import { openStores } from '../support/stores.ts'
import {
  actOf,
  assetRow,
  bundleOf,
  contentsOf,
  entriesOf,
  fencedBy,
  grant,
  itemOf,
  nextBundle,
  unchangedOf,
  updateOf,
  verdictOn,
} from './fixture.ts'

const stores = await openStores()
const production = stores.superuser('production')
const store = postgresAssetStore(stores.pool('production', 'worker_production'))

describe('a discard of what landed', () => {
  test('makes the version before count again, and deletes what the landing created', async () => {
    const standing = itemOf({ name: 'As it was' })
    const first = bundleOf([standing])
    await store.land(first)
    const created = itemOf()
    const second = nextBundle(first, [updateOf(standing, 1, { name: 'As it would be' }), created])
    await store.land(second)
    await store.discard(fencedBy(second, 1))

    expect(await assetRow(production, first.organization, standing.target)).toEqual({
      version: 1,
      name: 'As it was',
      deleted: false,
      active: null,
    })
    expect(await assetRow(production, first.organization, created.target)).toMatchObject({
      version: 0,
      deleted: true,
    })
    const answered = await store.baselines(first.organization, [standing.target, created.target])
    expect(answered).toMatchObject([{ asset: standing.target, version: 1, digest: standing.digest }])
    expect(await store.readBack(first.organization, second.promotion, 1)).toEqual({
      kind: 'refused',
      code: 'discarded',
    })
  })

  test('is told item by item: which version counts again, and which grant allowed it', async () => {
    const standing = itemOf()
    const first = bundleOf([standing])
    await store.land(first)
    const created = itemOf()
    const second = nextBundle(first, [updateOf(standing, 1), created])
    await store.land(second)
    await store.discard(fencedBy(second, 1))
    const told = (await entriesOf(production, first.organization)).slice(-2)
    expect(told.map(({ type, subject }) => [type, subject])).toEqual([
      ['asset.discarded', `asset/${standing.target}`],
      ['asset.discarded', `asset/${created.target}`],
    ])
    expect(told[0]?.data).toMatchObject({
      assetType: standing.type,
      version: 1,
      digest: standing.digest,
      details: { revision: 1, position: 1, version: 2, takenBack: true, fence: 3, authorization: grant },
    })
    expect(told[1]?.data).toMatchObject({ version: 0, details: { version: 1, takenBack: true } })
    expect(told[1]?.data).not.toHaveProperty('digest')
    const origin = `${storeOrigin(installation, 'production')}/${first.organization}`
    expect(await verdictOn(production, first.organization, origin)).toMatchObject({ verified: true, size: 5 })
  })

  test('happens once', async () => {
    const bundle = bundleOf([itemOf()])
    await store.land(bundle)
    await store.discard(fencedBy(bundle, 1))
    const before = await contentsOf(production, bundle.organization)
    const entries = await entriesOf(production, bundle.organization)
    await store.discard(fencedBy(bundle, 1))
    await Promise.all([store.discard(fencedBy(bundle, 2)), store.discard(fencedBy(bundle, 3))])
    expect(await contentsOf(production, bundle.organization)).toEqual(before)
    expect(await entriesOf(production, bundle.organization)).toEqual(entries)
  })

  test('leaves the active version and numbers the next landing anew', async () => {
    const standing = itemOf()
    const first = bundleOf([standing])
    await store.land(first)
    await store.activate(fencedBy(first, 1))
    const second = nextBundle(first, [updateOf(standing, 1, { fence: 3 })])
    await store.land(second)
    await store.discard(fencedBy(second, 1))
    expect(await assetRow(production, first.organization, standing.target)).toMatchObject({
      version: 1,
      active: 1,
    })
    const third = nextBundle(first, [updateOf(standing, 1, { fence: 5 })])
    expect(await store.land(third)).toMatchObject({ kind: 'landed', items: [{ version: 3 }] })
  })

  test('skips versions that were discarded themselves', async () => {
    const standing = itemOf()
    const first = bundleOf([standing])
    await store.land(first)
    const update = updateOf(standing, 1)
    const second = nextBundle(first, [update])
    await store.land(second)
    const third = nextBundle(first, [updateOf(update, 2)])
    await store.land(third)
    await store.discard(fencedBy(second, 5))
    expect(await assetRow(production, first.organization, standing.target)).toMatchObject({ version: 3 })
    await store.discard(fencedBy(third, 6))
    expect(await assetRow(production, first.organization, standing.target)).toMatchObject({ version: 1 })
  })

  test('leaves an asset alone that landed unchanged', async () => {
    const standing = itemOf()
    const first = bundleOf([standing])
    await store.land(first)
    const second = nextBundle(first, [unchangedOf(standing, 1)])
    await store.land(second)
    await store.discard(fencedBy(second, 1))
    expect(await assetRow(production, first.organization, standing.target)).toMatchObject({
      version: 1,
      deleted: false,
    })
  })

  test.each(['landed again, unchanged', 'is in use'])('leaves a version that %s', async (how) => {
    const standing = itemOf()
    const first = bundleOf([standing])
    await store.land(first)
    if (how === 'is in use') await store.activate(fencedBy(first, 1))
    else await store.land(nextBundle(first, [unchangedOf(standing, 1)]))
    await store.discard(fencedBy(first, 2))
    expect(await assetRow(production, first.organization, standing.target)).toMatchObject({
      version: 1,
      deleted: false,
    })
    expect((await entriesOf(production, first.organization)).at(-1)?.data).toMatchObject({
      version: 1,
      digest: standing.digest,
      details: { takenBack: false },
    })
  })

  test('is done even when a newer act was seen on its asset, whose fence stays', async () => {
    const standing = itemOf()
    const first = bundleOf([standing])
    await store.land(first)
    const second = nextBundle(first, [updateOf(standing, 1)])
    await store.land(second)
    await store.activate(fencedBy(first, 8))
    await store.discard(fencedBy(second, 1))
    expect(await assetRow(production, first.organization, standing.target)).toMatchObject({
      version: 1,
      active: 1,
    })
    const fences = await production.query('SELECT highest::integer FROM fence WHERE organization = $1', [
      first.organization,
    ])
    expect(fences.rows).toEqual([{ highest: 9 }])
  })

  test('leaves an asset to the act that moved it on', async () => {
    const standing = itemOf({ type: 'destination' })
    const first = bundleOf([standing])
    await store.land(first)
    const { organization } = first
    await store.perform(
      actOf({ organization, asset: standing.target, kind: 'write-version', expectedVersion: 1, fence: 2 }),
    )
    await store.discard(fencedBy(first, 2))
    expect(await assetRow(production, organization, standing.target)).toMatchObject({
      version: 2,
      deleted: false,
    })
    expect((await entriesOf(production, organization)).at(-1)?.data).toMatchObject({
      version: 2,
      details: { takenBack: false },
    })
  })
})

describe('a discard of what never landed', () => {
  test('is recorded, and nothing can land for it any more', async () => {
    const bundle = bundleOf([itemOf(), itemOf()])
    await store.discard(fencedBy(bundle, 1))
    const before = await contentsOf(production, bundle.organization)
    expect(await store.land(bundle)).toEqual({ kind: 'refused', code: 'discarded' })
    expect(await contentsOf(production, bundle.organization)).toEqual(before)
    expect(before).toMatchObject({ asset: [], asset_version: [], content: [], landing: [] })
    expect((await entriesOf(production, bundle.organization))[0]).toMatchObject({
      type: 'asset.discarded',
      subject: `promotion/${bundle.promotion}`,
      data: { details: { landed: false, authorization: grant } },
    })
  })

  test('keeps back whatever else comes with an older fence', async () => {
    const bundle = bundleOf([itemOf({ fence: 4 })])
    await store.discard(fencedBy(bundle, 1))
    expect(await store.land(nextBundle(bundle, bundle.items))).toEqual({ kind: 'refused', code: 'fenced' })
  })

  test('and a landing at the same moment leave nothing that counts', async () => {
    for (let round = 0; round < 5; round += 1) {
      const bundle = bundleOf([itemOf(), itemOf()])
      await Promise.all([store.land(bundle), store.discard(fencedBy(bundle, 1))])
      const targets = bundle.items.map(({ target }) => target)
      expect(await store.baselines(bundle.organization, targets)).toEqual([])
    }
  })
})

test('bundles that share assets in another order never wait for each other in a circle', async () => {
  const items = Array.from({ length: 500 }, () => itemOf())
  const first = bundleOf(items)
  const rivals = [items, items.toReversed(), items, items.toReversed()].map((list) => nextBundle(first, list))
  await Promise.all(rivals.map((rival) => store.discard(rival)))
  expect((await contentsOf(production, first.organization)).discard).toHaveLength(4)
})
