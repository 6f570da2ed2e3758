import { describe, expect, test } from 'vitest'
import { withOrganization } from '../../src/db/transaction.ts'
import { postgresAssetStore } from '../../src/stores/postgres.ts'
import { openStores } from '../support/stores.ts'
import { actOf, assetRow, bundleOf, contentsOf, entriesOf, fencedBy, grant, itemOf } from './fixture.ts'

const stores = await openStores()
const production = stores.superuser('production')
const store = postgresAssetStore(stores.pool('production', 'worker_production'))

describe('an act outside a promotion', () => {
  test('creates a local asset and writes its next version', async () => {
    const creation = actOf()
    const { organization, asset, environment, type } = creation
    expect(await store.perform(creation)).toEqual({ kind: 'performed', version: 1 })
    const change = actOf({ ...creation, id: actOf().id, kind: 'write-version', expectedVersion: 1, fence: 2 })
    expect(await store.perform({ ...change, name: 'The hospital' })).toEqual({
      kind: 'performed',
      version: 2,
    })
    expect(await assetRow(production, organization, asset)).toMatchObject({
      version: 2,
      name: 'The hospital',
    })
    expect(await store.baselines(organization, [asset])).toEqual([
      { asset, environment, type, version: 2, digest: creation.digest, sealed: [] },
    ])
    const entries = await entriesOf(production, organization)
    expect(entries.map((entry) => entry.type)).toEqual(['asset.created', 'asset.version-written'])
    expect(entries[1]?.data).toMatchObject({
      asset,
      environment,
      assetType: type,
      version: 2,
      digest: creation.digest,
      details: { command: change.id, fence: 2, authorization: grant },
    })
  })

  test('is performed once for its command', async () => {
    const creation = actOf()
    const answers = await Promise.all([store.perform(creation), store.perform(creation)])
    answers.push(await store.perform(creation))
    expect(answers).toEqual(Array(3).fill({ kind: 'performed', version: 1 }))
    expect(await entriesOf(production, creation.organization)).toHaveLength(1)
  })

  test('is refused, and writes nothing, when the asset is not what the person saw or a higher fence was seen', async () => {
    const creation = actOf({ fence: 3 })
    await store.perform(creation)
    const before = await contentsOf(production, creation.organization)
    const next = () => ({ ...creation, id: actOf().id })
    const moved = { kind: 'refused', code: 'target-moved' }
    const write = { kind: 'write-version', expectedVersion: 1, fence: 4 } as const
    expect(await store.perform({ ...next(), fence: 4 })).toEqual(moved)
    expect(await store.perform({ ...next(), ...write, expectedVersion: 2 })).toEqual(moved)
    expect(await store.perform({ ...next(), ...write, type: 'source' })).toEqual(moved)
    expect(await store.perform({ ...next(), ...write, asset: actOf().asset })).toEqual(moved)
    expect(await store.perform({ ...next(), ...write, fence: 2 })).toEqual({
      kind: 'refused',
      code: 'fenced',
    })
    expect(await contentsOf(production, creation.organization)).toEqual(before)
    const refusals = (await entriesOf(production, creation.organization)).slice(1)
    expect(refusals.map(({ type }) => type)).toEqual(Array(5).fill('landing.refused'))
    expect(refusals[0]).toMatchObject({
      data: { details: { code: 'target-moved', purpose: 'create-asset' } },
    })
  })
})

describe('the login of the API', () => {
  const api = stores.pool('production', 'api')
  const withoutRight = postgresAssetStore(api)
  const denied = { cause: { code: '42501' } }

  test('can perform none of the acts', async () => {
    const bundle = bundleOf([itemOf()])
    await store.land(bundle)
    const before = await contentsOf(production, bundle.organization)
    const other = { ...bundle, promotion: bundleOf([]).promotion }
    await expect(withoutRight.land(other)).rejects.toMatchObject(denied)
    await expect(withoutRight.discard(bundle)).rejects.toMatchObject(denied)
    await expect(withoutRight.activate(bundle)).rejects.toMatchObject(denied)
    await expect(withoutRight.perform(actOf())).rejects.toMatchObject(denied)
    expect(await contentsOf(production, bundle.organization)).toEqual(before)
  })

  test.each([
    'content',
    'asset',
    'asset_version',
    'active_version',
    'fence',
    'landing',
    'discard',
    'performed_act',
    'log_entry',
  ])('can neither insert into %s nor change it', async (table) => {
    const bundle = bundleOf([itemOf()])
    await store.land(bundle)
    await store.activate(fencedBy(bundle, 1))
    for (const statement of [
      `insert into ${table} select * from ${table}`,
      `update ${table} set organization = organization`,
      `delete from ${table}`,
    ]) {
      await expect(
        withOrganization(api, bundle.organization, (transaction) => transaction.execute(statement)),
      ).rejects.toMatchObject(denied)
    }
  })
})
