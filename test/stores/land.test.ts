import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { storeOrigin } from '../../src/db/stores.ts'
import { type AssetId, identifier } from '../../src/domain/identifiers.ts'
import { postgresAssetStore } from '../../src/stores/postgres.ts'
import { installation } from '../support/cluster.ts'
import { openStores } from '../support/stores.ts'
import {
  assetRow,
  bundleOf,
  contentsOf,
  entriesOf,
  firstOf,
  grant,
  itemOf,
  landedItems,
  nextBundle,
  unchangedOf,
  updateOf,
  verdictOn,
} from './fixture.ts'

const stores = await openStores()
const production = stores.superuser('production')
const store = postgresAssetStore(stores.pool('production', 'worker_production'))

describe('what lands', () => {
  test('is known to use what its content refers to', async () => {
    const target = identifier<AssetId>(uuidv7())
    const rule = { pointer: '/codes', types: ['valueSet'], required: true }
    const item = itemOf({ references: [{ pointer: '/codes', asset: target, rule }] })
    const bundle = bundleOf([item])
    landedItems(await store.land(bundle))
    const { rows } = await production.query(
      'SELECT environment, asset, version, pointer, target, required FROM asset_reference WHERE organization = $1',
      [bundle.organization],
    )
    const { environment, target: asset } = item
    expect(rows).toEqual([{ environment, asset, version: 1, pointer: '/codes', target, required: true }])
  })

  test('is a new version of each asset, which nothing uses yet', async () => {
    const created = itemOf()
    const first = bundleOf([created, itemOf()])
    expect(landedItems(await store.land(first)).map(({ position, version }) => [position, version])).toEqual([
      [1, 1],
      [2, 1],
    ])
    const second = nextBundle(first, [updateOf(created, 1, { name: 'Results, renamed' })])
    expect(landedItems(await store.land(second)).map(({ version }) => version)).toEqual([2])
    expect(await assetRow(production, first.organization, created.target)).toEqual({
      version: 2,
      name: 'Results, renamed',
      deleted: false,
      active: null,
    })
  })

  test('lands once, however often it is tried', async () => {
    const bundle = bundleOf([itemOf(), itemOf()])
    const answer = await store.land(bundle)
    const before = await contentsOf(production, bundle.organization)
    expect(await store.land(bundle)).toEqual(answer)
    expect(await contentsOf(production, bundle.organization)).toEqual(before)
    expect(before.asset_version).toHaveLength(2)
    expect(await entriesOf(production, bundle.organization)).toHaveLength(2)
  })

  test('answers the same after a later promotion has landed on it', async () => {
    const created = itemOf()
    const first = bundleOf([created])
    const answer = await store.land(first)
    await store.land(nextBundle(first, [updateOf(created, 1)]))
    expect(await store.land(first)).toEqual(answer)
  })

  test('lands once when two workers try at the same time', async () => {
    const bundle = bundleOf([itemOf(), itemOf(), itemOf()])
    const [one, other] = await Promise.all([store.land(bundle), store.land(bundle)])
    expect(one).toEqual(other)
    expect(landedItems(one)).toHaveLength(3)
    expect((await contentsOf(production, bundle.organization)).asset_version).toHaveLength(3)
  })

  test('keeps its version when production holds the same bytes already', async () => {
    const created = itemOf()
    const first = bundleOf([created])
    await store.land(first)
    const second = nextBundle(first, [unchangedOf(created, 1), itemOf()])
    expect(landedItems(await store.land(second)).map(({ version }) => version)).toEqual([1, 1])
    expect((await contentsOf(production, first.organization)).asset_version).toHaveLength(2)
  })

  test('may hold the same bytes twice', async () => {
    const bundle = bundleOf([itemOf({ content: { same: true } }), itemOf({ content: { same: true } })])
    await store.land(bundle)
    expect((await contentsOf(production, bundle.organization)).content).toHaveLength(1)
  })

  test('reads back as it landed, by bytes that are hashed again and by its place in the log', async () => {
    const created = itemOf()
    const first = bundleOf([created])
    await store.land(first)
    const second = nextBundle(first, [itemOf(), updateOf(created, 1), itemOf()])
    const answer = await store.land(second)
    expect(await store.readBack(second.organization, second.promotion, 1)).toEqual(answer)
    expect(landedItems(answer).map(({ digest }) => digest)).toEqual(second.items.map(({ digest }) => digest))
    const entries = await entriesOf(production, second.organization)
    for (const { entry, asset } of landedItems(answer)) {
      expect(entries[entry.index]).toMatchObject({ subject: `asset/${asset}`, leafHash: entry.leafHash })
    }
  })

  test('is told in a log without a gap that names the grant and can be verified offline', async () => {
    const created = itemOf()
    const first = bundleOf([created])
    await store.land(first)
    const second = nextBundle(first, [updateOf(created, 1), itemOf()])
    const landed = landedItems(await store.land(second))
    const entries = await entriesOf(production, first.organization)
    expect(entries.map(({ index }) => index)).toEqual([0, 1, 2])
    expect(entries[1]?.data).toEqual({
      actor: { person: created.person, via: 'workflow' },
      environment: created.environment,
      asset: created.target,
      promotion: second.promotion,
      outcome: 'success',
      assetType: created.type,
      version: 2,
      digest: firstOf(second.items).digest,
      details: {
        revision: 1,
        position: 1,
        action: 'update',
        fence: 2,
        authorization: grant,
      },
    })
    const origin = `${storeOrigin(installation, 'production')}/${first.organization}`
    expect(firstOf(landed).entry.origin).toBe(origin)
    expect(await verdictOn(production, first.organization, origin)).toMatchObject({ verified: true, size: 3 })
  })
})

describe('two promotions of one target', () => {
  test('race, and exactly one lands', async () => {
    for (let round = 0; round < 5; round += 1) {
      const created = itemOf()
      const first = bundleOf([created])
      await store.land(first)
      const rivals = [2, 3].map((fence) => nextBundle(first, [updateOf(created, 1, { fence })]))
      const answers = await Promise.all(rivals.map((rival) => store.land(rival)))
      expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['landed', 'refused'])
      expect(await assetRow(production, first.organization, created.target)).toMatchObject({ version: 2 })
    }
  })
})

test('an organization sees nothing of what landed for another', async () => {
  const bundle = bundleOf([itemOf()])
  await store.land(bundle)
  const stranger = bundleOf([]).organization
  const { target } = firstOf(bundle.items)
  expect(await store.baselines(stranger, [target])).toEqual([])
  expect(await store.baselines(bundle.organization, [target, itemOf().target])).toEqual([
    {
      asset: target,
      environment: firstOf(bundle.items).environment,
      type: firstOf(bundle.items).type,
      version: 1,
      digest: firstOf(bundle.items).digest,
      sealed: [],
    },
  ])
  expect(await store.baselines(bundle.organization, [])).toEqual([])
  expect(await store.readBack(stranger, bundle.promotion, 1)).toEqual({ kind: 'refused', code: 'not-landed' })
})
