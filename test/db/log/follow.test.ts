import { v7 as uuidv7 } from 'uuid'
import { beforeEach, describe, expect, test } from 'vitest'
import type { LoginRole } from '../../../src/db/rights/right.ts'
import type { JsonObject } from '../../../src/domain/json.ts'
import { openStores } from '../../support/stores.ts'
import { appendTo, type Draft, entriesOf, originOf, within } from './fixture.ts'

const stores = await openStores()
const control = stores.superuser('control')
const digest = (character: string) => character.repeat(64)
let organization: string
let asset: string
let environment: string

beforeEach(() => {
  organization = uuidv7()
  asset = uuidv7()
  environment = uuidv7()
})

type Followed = 'staging' | 'production'

/** Appends to an environment's own log as the login that does so there, and gives the leaves. */
async function tell(store: Followed, drafts: readonly Draft[]): Promise<readonly Buffer[]> {
  const login = store === 'staging' ? 'api' : 'worker_production'
  const already = (await entriesOf(stores.superuser(store), organization)).length
  await within(stores, { store, login, organization }, (runner) => appendTo(runner, drafts))
  return (await entriesOf(stores.superuser(store), organization)).slice(already).map(({ leaf }) => leaf)
}

async function follow(
  store: Followed,
  from: number,
  leaves: readonly Uint8Array[],
  login: LoginRole = `worker_${store}`,
): Promise<number> {
  return within(stores, { login, organization }, async (runner) => {
    const { rows } = await runner.query('SELECT follow($1, $2, $3::bytea[])::integer AS size', [
      originOf(store, organization),
      from,
      leaves,
    ])
    return rows[0].size
  })
}

const about = (type: string, data: JsonObject = {}): Draft => ({
  type,
  subject: `asset/${asset}`,
  data: { asset, environment, assetType: 'destination', ...data },
})
const written = (version: number, type = 'asset.version-written') =>
  about(type, { version, digest: digest(String(version)) })

async function head() {
  const { rows } = await control.query(
    `SELECT environment, type, version, encode(digest, 'hex') AS digest, active_version AS active, deleted
     FROM asset_head WHERE organization = $1 AND asset = $2`,
    [organization, asset],
  )
  return rows[0]
}

async function indexed() {
  const { rows } = await control.query(
    `SELECT origin, index::integer, type FROM event_index WHERE organization = $1 ORDER BY origin, index`,
    [organization],
  )
  return rows
}

describe('control follows a log', () => {
  test('entry by entry, in order', async () => {
    const leaves = await tell('staging', [written(1, 'asset.created'), written(2), written(3)])
    expect(await follow('staging', 0, leaves.slice(0, 2))).toBe(2)
    expect(await head()).toMatchObject({ version: 2 })
    expect(await follow('staging', 2, leaves.slice(2))).toBe(3)
    const origin = originOf('staging', organization)
    expect(await indexed()).toEqual([
      { origin, index: 0, type: 'asset.created' },
      { origin, index: 1, type: 'asset.version-written' },
      { origin, index: 2, type: 'asset.version-written' },
    ])
  })

  test('with the very leaves and hashes of that log', async () => {
    await follow('staging', 0, await tell('staging', [written(1, 'asset.created'), written(2)]))
    const inIndex = await control.query(
      'SELECT leaf, leaf_hash AS "leafHash", id FROM event_index WHERE organization = $1 ORDER BY index',
      [organization],
    )
    const entries = await entriesOf(stores.superuser('staging'), organization)
    expect(inIndex.rows).toEqual(entries.map(({ leaf, leafHash, id }) => ({ leaf, leafHash, id })))
  })

  test('and changes nothing when told what it knows, or something later', async () => {
    const leaves = await tell('staging', [written(1, 'asset.created'), written(2), written(3)])
    expect(await follow('staging', 0, leaves.slice(0, 1))).toBe(1)
    const before = [await head(), await indexed()]
    expect(await follow('staging', 0, leaves)).toBe(1)
    expect(await follow('staging', 2, leaves.slice(2))).toBe(1)
    expect(await follow('staging', 1, [])).toBe(1)
    expect([await head(), await indexed()]).toEqual(before)
  })

  test('once, though two followers tell it at once', async () => {
    const leaves = await tell('staging', [written(1, 'asset.created'), written(2)])
    const told = await Promise.all(Array.from({ length: 6 }, () => follow('staging', 0, leaves)))
    expect(told).toEqual(Array(6).fill(2))
    expect(await indexed()).toHaveLength(2)
  })
})

describe('control refuses to follow', () => {
  test.each<[LoginRole, Followed]>([
    ['worker_staging', 'production'],
    ['worker_production', 'staging'],
    ['worker_development', 'staging'],
    ['api', 'staging'],
    ['worker_control', 'staging'],
    ['auditor', 'production'],
  ])('what %s says of %s', async (login, store) => {
    const leaves = await tell(store, [written(1, store === 'staging' ? 'asset.created' : 'asset.landed')])
    await expect(follow(store, 0, leaves, login)).rejects.toMatchObject({ code: '42501' })
    expect(await indexed()).toEqual([])
  })

  test('a log of another organization, of control, or by a longer name', async () => {
    const leaves = await tell('staging', [written(1, 'asset.created')])
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
    const leaves = await tell('staging', [written(1, 'asset.created')])
    const trying = within(stores, { login: 'worker_staging', organization: null }, (runner) =>
      runner.query('SELECT follow($1, 0, $2::bytea[])', [originOf('staging', organization), leaves]),
    )
    await expect(trying).rejects.toMatchObject({ code: '42501' })
  })

  test('an entry that names another log, and what came with it', async () => {
    const own = await tell('staging', [written(1, 'asset.created')])
    const foreign = await tell('production', [written(1, 'asset.landed')])
    await expect(follow('staging', 0, [...own, ...foreign])).rejects.toMatchObject({ code: 'CS006' })
    expect([await indexed(), await head()]).toEqual([[], undefined])
  })
})

describe('the head of an asset', () => {
  test('is what staging wrote last', async () => {
    await follow('staging', 0, await tell('staging', [written(1, 'asset.created'), written(2)]))
    const state = { environment, type: 'destination', version: 2, digest: digest('2'), active: null }
    expect(await head()).toEqual({ ...state, deleted: false })
    await follow('staging', 2, await tell('staging', [about('asset.deleted')]))
    expect(await head()).toEqual({ ...state, deleted: true })
  })

  test('is what landed in production, with what is active there', async () => {
    const landed = await tell('production', [written(1, 'asset.landed')])
    await follow('production', 0, landed)
    expect(await head()).toMatchObject({ version: 1, digest: digest('1'), active: null })
    const later = [about('asset.activated', { version: 1 }), written(2, 'asset.landed')]
    await follow('production', 1, await tell('production', later))
    expect(await head()).toMatchObject({ version: 2, digest: digest('2'), active: 1 })
  })

  test('goes back to what stood before when a landing is discarded', async () => {
    const drafts = [
      written(1, 'asset.landed'),
      about('asset.activated', { version: 1 }),
      written(2, 'asset.landed'),
    ]
    await follow('production', 0, await tell('production', [...drafts, written(1, 'asset.discarded')]))
    expect(await head()).toMatchObject({ version: 1, digest: digest('1'), active: 1 })
  })

  test('is without a version when its first landing is discarded', async () => {
    const drafts = [written(1, 'asset.landed'), about('asset.discarded', { version: 0, digest: null })]
    await follow('production', 0, await tell('production', drafts))
    expect(await head()).toMatchObject({ version: 0, digest: null, active: null })
  })

  test('of production is not moved by what staging says', async () => {
    await follow('production', 0, await tell('production', [written(1, 'asset.landed')]))
    const before = await head()
    const forged = await tell('staging', [written(9), about('asset.deleted')])
    await follow('staging', 0, forged).catch(() => undefined)
    expect(await head()).toEqual(before)
  })
})
