import { beforeAll, expect, test } from 'vitest'
import { openStores } from '../../support/stores.ts'
import { attack, refusedBy } from './attack.ts'
import { as, newWorld, type World } from './fixture.ts'

const stores = await openStores()
let world: World
let neighbour: World

beforeAll(async () => {
  world = await newWorld(stores)
  neighbour = await newWorld(stores)
})

const insert = (row: Readonly<Record<string, unknown>>, login: 'api' | 'worker_control' = 'api') =>
  attack({ stores, login, organization: world.organization }, (session) =>
    session.put('asset_type', {
      name: 'parking',
      version: 1,
      definition: Buffer.from('{}'),
      created_by: world.owner,
      ...row,
    }),
  )

test('a version of a type is written once, by the API alone', async () => {
  expect(await insert({})).toMatchObject({ outcome: 'accepted' })
  expect(await insert({ name: 'routing' })).toEqual(refusedBy('23505', 'asset_type_pkey'))
  expect(await insert({}, 'worker_control')).toEqual(
    refusedBy('42501', 'permission denied for table asset_type'),
  )
})

test('its digest and its time are the database’s to say', async () => {
  for (const row of [{ digest: Buffer.alloc(32) }, { created_at: new Date(0) }]) {
    expect(await insert(row)).toMatchObject({ outcome: 'refused' })
  }
})

test.each([
  ['a name that is none', { name: 'Parking lot' }],
  ['version 0', { version: 0 }],
  ['more than 64 KiB', { definition: Buffer.alloc(65_537, 'a') }],
])('it has not %s', async (_, row) => {
  expect(await insert(row)).toMatchObject({ outcome: 'refused', code: '23514' })
})

test('it belongs to one organization: its maker is of it, and nobody else reads or writes it', async () => {
  expect(await insert({ name: 'garage', created_by: neighbour.owner })).toMatchObject({
    outcome: 'refused',
    code: '23503',
  })
  expect(await insert({ name: 'garage', organization: neighbour.organization })).toMatchObject({
    outcome: 'refused',
    code: '42501',
  })
  await as(neighbour, 'api', async (session) => {
    const rows = await session.query('SELECT organization FROM asset_type')
    expect(rows).toEqual([{ organization: neighbour.organization }])
  })
})
