import { v7 as uuidv7 } from 'uuid'
import { beforeEach, describe, expect, test } from 'vitest'
import type { LoginRole } from '../../../src/db/rights/right.ts'
import { openStores } from '../../support/stores.ts'
import { entriesOf, originOf, within } from './fixture.ts'
import {
  type Followed,
  type FollowedStore,
  follow,
  headOfAsset,
  indexedOf,
  newFollowed,
  tell,
  written,
} from './followed.ts'

const stores = await openStores()
let followed: Followed
let organization: string

beforeEach(async () => {
  followed = await newFollowed(stores)
  organization = followed.organization
})

describe('control follows a log', () => {
  test('entry by entry, in order', async () => {
    const leaves = await tell(followed, 'staging', [written(1, 'asset.created'), written(2), written(3)])
    expect(await follow(followed, 'staging', 0, leaves.slice(0, 2))).toBe(2)
    expect(await headOfAsset(followed)).toMatchObject({ version: 2 })
    expect(await follow(followed, 'staging', 2, leaves.slice(2))).toBe(3)
    const origin = originOf('staging', organization)
    expect(await indexedOf(followed)).toEqual([
      { origin, index: 0, type: 'asset.created' },
      { origin, index: 1, type: 'asset.version-written' },
      { origin, index: 2, type: 'asset.version-written' },
    ])
  })

  test('with the very leaves and hashes of that log', async () => {
    await follow(
      followed,
      'staging',
      0,
      await tell(followed, 'staging', [written(1, 'asset.created'), written(2)]),
    )
    const inIndex = await stores
      .superuser('control')
      .query(
        'SELECT leaf, leaf_hash AS "leafHash", id FROM event_index WHERE organization = $1 ORDER BY index',
        [organization],
      )
    const entries = await entriesOf(stores.superuser('staging'), organization)
    expect(inIndex.rows).toEqual(entries.map(({ leaf, leafHash, id }) => ({ leaf, leafHash, id })))
  })

  test('and changes nothing when told what it knows, or something later', async () => {
    const leaves = await tell(followed, 'staging', [written(1, 'asset.created'), written(2), written(3)])
    expect(await follow(followed, 'staging', 0, leaves.slice(0, 1))).toBe(1)
    const before = [await headOfAsset(followed), await indexedOf(followed)]
    expect(await follow(followed, 'staging', 0, leaves)).toBe(1)
    expect(await follow(followed, 'staging', 2, leaves.slice(2))).toBe(1)
    expect(await follow(followed, 'staging', 1, [])).toBe(1)
    expect([await headOfAsset(followed), await indexedOf(followed)]).toEqual(before)
  })

  test('once, though two followers tell it at once', async () => {
    const leaves = await tell(followed, 'staging', [written(1, 'asset.created'), written(2)])
    const told = await Promise.all(Array.from({ length: 6 }, () => follow(followed, 'staging', 0, leaves)))
    expect(told).toEqual(Array(6).fill(2))
    expect(await indexedOf(followed)).toHaveLength(2)
  })
})

describe('control refuses to follow', () => {
  test.each<[LoginRole, FollowedStore]>([
    ['worker_staging', 'production'],
    ['worker_production', 'staging'],
    ['worker_development', 'staging'],
    ['api', 'staging'],
    ['worker_control', 'staging'],
    ['auditor', 'production'],
  ])('what %s says of %s', async (login, store) => {
    const leaves = await tell(followed, store, [
      written(1, store === 'staging' ? 'asset.created' : 'asset.landed'),
    ])
    await expect(follow(followed, store, 0, leaves, login)).rejects.toMatchObject({ code: '42501' })
    expect(await indexedOf(followed)).toEqual([])
  })

  test('a log of another organization, of control, or by a longer name', async () => {
    const leaves = await tell(followed, 'staging', [written(1, 'asset.created')])
    const origin = originOf('staging', organization)
    for (const foreign of [
      originOf('staging', uuidv7()),
      originOf('control', organization),
      `${origin}/x`,
      '',
    ]) {
      const trying = within(stores, { login: 'worker_staging', organization }, (runner) =>
        runner.query('SELECT follow($1, 0, $2::bytea[])', [foreign, leaves]),
      )
      await expect(trying).rejects.toMatchObject({ code: '42501' })
    }
  })

  test('anything outside every organization', async () => {
    const leaves = await tell(followed, 'staging', [written(1, 'asset.created')])
    const trying = within(stores, { login: 'worker_staging', organization: null }, (runner) =>
      runner.query('SELECT follow($1, 0, $2::bytea[])', [originOf('staging', organization), leaves]),
    )
    await expect(trying).rejects.toMatchObject({ code: '42501' })
  })

  test('an entry that names another log, and what came with it', async () => {
    const own = await tell(followed, 'staging', [written(1, 'asset.created')])
    const foreign = await tell(followed, 'production', [written(1, 'asset.landed')])
    await expect(follow(followed, 'staging', 0, [...own, ...foreign])).rejects.toMatchObject({
      code: 'CS006',
    })
    expect([await indexedOf(followed), await headOfAsset(followed)]).toEqual([[], undefined])
  })
})
