import { createHash } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { beforeAll, expect, test } from 'vitest'
import { openStores } from '../../support/stores.ts'
import { attack, refusedBy } from './attack.ts'
import { newWorld, type World } from './fixture.ts'
import type { Session } from './session.ts'

const stores = await openStores()
const bytes = Buffer.from('{"values":[{"value":"erased"}]}')
const digest = createHash('sha256').update(bytes).digest()
let world: World

beforeAll(async () => {
  world = await newWorld(stores)
})

test.each([
  ['staging', 'api'],
  ['production', 'worker_production'],
  ['production', 'superuser'],
] as const)('in %s, %s writes no version of content that was erased', async (store, login) => {
  const { organization } = world
  const [asset, person, entry] = [uuidv7(), world.requester, uuidv7()]
  await stores
    .superuser(store)
    .query('INSERT INTO content VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [organization, digest, bytes])
  await stores.superuser(store).query('UPDATE content SET bytes = NULL WHERE digest = $1', [digest])
  const writing = attack({ stores, login, organization, store }, async (session: Session) => {
    const environment = world[store]
    await session.put('asset', {
      id: asset,
      environment,
      type: 'valueSet',
      name: 'Erased',
      version: 1,
      created_by: person,
      updated_by: person,
    })
    await session.put('asset_version', { asset, version: 1, digest, name: 'Erased', author: person, entry })
  })
  expect(await writing).toEqual(refusedBy('23514', 'content_stands'))
})
