import { v7 as uuidv7 } from 'uuid'
import { beforeEach, describe, expect, test } from 'vitest'
import { openStores } from '../../support/stores.ts'
import {
  about,
  digestOf,
  type Followed,
  type FollowedStore,
  follow,
  forged,
  headOfAsset,
  indexedOf,
  newFollowed,
  type Told,
  tell,
  written,
} from './followed.ts'

const stores = await openStores()
let followed: Followed

beforeEach(async () => {
  followed = await newFollowed(stores)
})

describe('the head of an asset', () => {
  test('is what staging wrote last', async () => {
    await follow(
      followed,
      'staging',
      0,
      await tell(followed, 'staging', [written(1, 'asset.created'), written(2)]),
    )
    const environment = followed.environments.staging
    const state = { environment, type: 'destination', version: 2, digest: digestOf('2'), active: null }
    expect(await headOfAsset(followed)).toEqual({ ...state, deleted: false })
    await follow(followed, 'staging', 2, await tell(followed, 'staging', [about('asset.deleted')]))
    expect(await headOfAsset(followed)).toEqual({ ...state, deleted: true })
  })

  test('is what landed in production, with what is active there', async () => {
    const landed = await tell(followed, 'production', [written(1, 'asset.landed')])
    await follow(followed, 'production', 0, landed)
    expect(await headOfAsset(followed)).toMatchObject({ version: 1, digest: digestOf('1'), active: null })
    const later = [about('asset.activated', { version: 1 }), written(2, 'asset.landed')]
    await follow(followed, 'production', 1, await tell(followed, 'production', later))
    expect(await headOfAsset(followed)).toMatchObject({ version: 2, digest: digestOf('2'), active: 1 })
  })

  test('goes back to what stood before when a landing is discarded', async () => {
    const drafts = [
      written(1, 'asset.landed'),
      about('asset.activated', { version: 1 }),
      written(2, 'asset.landed'),
    ]
    await follow(
      followed,
      'production',
      0,
      await tell(followed, 'production', [...drafts, written(1, 'asset.discarded')]),
    )
    expect(await headOfAsset(followed)).toMatchObject({ version: 1, digest: digestOf('1'), active: 1 })
  })

  test('is without a version when its first landing is discarded', async () => {
    const drafts = [written(1, 'asset.landed'), about('asset.discarded', { version: 0, digest: null })]
    await follow(followed, 'production', 0, await tell(followed, 'production', drafts))
    expect(await headOfAsset(followed)).toMatchObject({ version: 0, digest: null, active: null })
  })
})

const acts: readonly Told[] = [
  written(9, 'asset.created'),
  written(9),
  written(9, 'asset.landed'),
  written(9, 'asset.discarded'),
  about('asset.activated', { version: 1 }),
  about('asset.deleted'),
]
const named = (data: Told['data']) => acts.map(({ type, data: said }) => about(type, { ...said, ...data }))

describe('the head of an asset of production', () => {
  beforeEach(async () => {
    await follow(followed, 'production', 0, await tell(followed, 'production', [written(1, 'asset.landed')]))
  })

  /** Hands forged leaves over, which control takes into its index, and gives whether the head is what it was. */
  async function unmovedBy(store: FollowedStore, told: readonly Told[]): Promise<boolean> {
    const from = store === 'production' ? 1 : 0
    const leaves = told.map((one) => forged(followed, store, one))
    const before = await headOfAsset(followed)
    expect(before).toMatchObject({ environment: followed.environments.production, version: 1 })
    expect(await follow(followed, store, from, leaves)).toBe(from + told.length)
    return JSON.stringify(await headOfAsset(followed)) === JSON.stringify(before)
  }

  test.each(['staging', 'development'] as const)('is not moved by what %s says of it', async (store) => {
    expect(await unmovedBy(store, acts)).toBe(true)
  })

  test.each(['staging', 'development'] as const)('is not moved by %s in production’s name', async (store) => {
    expect(await unmovedBy(store, named({ environment: followed.environments.production }))).toBe(true)
  })

  test('is not moved by production in the name of another environment', async () => {
    const { environments } = followed
    const foreign = await newFollowed(stores)
    const others = [uuidv7(), environments.staging, foreign.environments.production, 'production', null]
    const told = others.flatMap((environment) => named({ environment }))
    expect(await unmovedBy('production', told)).toBe(true)
  })

  test.each(acts)('is moved by the same entry, $type, in production’s own name', async (act) => {
    expect(await unmovedBy('production', [act])).toBe(false)
  })
})

describe('control goes on after an entry', () => {
  test.each<[string, Told]>([
    ['about an asset that has no id', written(1, 'asset.created', { asset: 'not-an-id' })],
    ['about no asset', written(1, 'asset.created', { asset: null })],
    ['about an asset that is an object', written(1, 'asset.created', { asset: { id: 1 } })],
    ['about an environment that has no id', written(1, 'asset.created', { environment: 'staging' })],
    ['without a version', written(1, 'asset.created', { version: null })],
    ['with a version that is no number', written(1, 'asset.created', { version: 'newest' })],
    ['with half a version', written(1, 'asset.created', { version: 1.5 })],
    ['with a version below zero', written(1, 'asset.created', { version: -1 })],
    ['with a version beyond counting', written(1, 'asset.created', { version: 2 ** 40 })],
    ['with a digest in no notation', written(1, 'asset.created', { digest: 'xyz' })],
    ['with a digest too short', written(1, 'asset.created', { digest: 'abcd' })],
    ['of no type of asset', written(1, 'asset.created', { assetType: null })],
  ])('%s, which moves nothing', async (_, nonsense) => {
    const known = uuidv7()
    const sound = written(2, 'asset.created', { asset: known })
    const leaves = await tell(followed, 'staging', [nonsense, sound])
    expect(await follow(followed, 'staging', 0, leaves)).toBe(2)
    expect(await indexedOf(followed)).toHaveLength(2)
    const heads = await stores
      .superuser('control')
      .query('SELECT asset, version FROM asset_head WHERE organization = $1', [followed.organization])
    expect(heads.rows).toEqual([{ asset: known, version: 2 }])
  })
})
