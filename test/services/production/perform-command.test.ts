import { expect, test } from 'vitest'
import { storeOrigin } from '../../../src/db/stores.ts'
import type { AuthorizedAct } from '../../../src/services/asset-store.ts'
import { performCommand } from '../../../src/services/production/perform-command.ts'
import type { ProductionContext } from '../../../src/services/production/production-context.ts'
import { postgresAssetStore } from '../../../src/stores/postgres.ts'
import { actOf, contentsOf, entriesOf, firstOf } from '../../stores/fixture.ts'
import { installation } from '../../support/cluster.ts'
import { openStores } from '../../support/stores.ts'
import { appendToControl, hexadecimal, newWorld, putCommand, type World, writing } from './world.ts'

const stores = await openStores()
const production = stores.superuser('production')
const context: ProductionContext = {
  control: stores.pool('control', 'worker_production'),
  store: postgresAssetStore(stores.pool('production', 'worker_production')),
}

/** An act as a person asked for it in control. */
async function asked(world: World) {
  const { organization, production: environment, requester: person } = world
  const act = actOf({ organization, environment, person })
  const { id, kind, asset, type, name } = act
  await writing(world, async (put) => {
    await put('content', { digest: hexadecimal(act.digest), bytes: act.bytes })
    await putCommand(put, person, { id, kind, stream: id, streamKind: 'production-command' })
    const request = { id, kind, environment, asset, type, name, person, expected_version: 0 }
    await put('production_command', { ...request, content_digest: hexadecimal(act.digest) })
  })
  return act
}

async function grantCommand(world: World, { id, asset }: Pick<AuthorizedAct, 'id' | 'asset'>) {
  const type = 'production-command.authorized'
  const { id: entry, ...place } = await appendToControl(world, type, `asset/${asset}`)
  await writing(world, (put) => put('production_command_grant', { production_command: id, fence: 1, entry }))
  return place
}

test('an act outside a promotion is performed when it is allowed, once, and cites the grant', async () => {
  const world = await newWorld(stores)
  const act = await asked(world)
  const { organization } = world
  const command = { organization, command: act.id }
  const place = await grantCommand(world, act)
  for (let attempt = 0; attempt < 2; attempt += 1) {
    expect(await performCommand(context, command)).toEqual({ kind: 'performed', version: 1 })
  }
  const entries = await entriesOf(production, organization)
  expect(entries).toHaveLength(1)
  const origin = `${storeOrigin(installation, 'control')}/${organization}`
  expect(firstOf(entries)).toMatchObject({
    type: 'asset.created',
    data: { asset: act.asset, digest: act.digest, details: { authorization: { origin, ...place } } },
  })
})

test('an act that was asked for and not allowed, or that nobody asked for, changes nothing', async () => {
  const world = await newWorld(stores)
  const { organization } = world
  const { id } = await asked(world)
  for (const command of [id, actOf({ organization }).id]) {
    expect(await performCommand(context, { organization, command })).toEqual({
      kind: 'refused',
      code: 'not-authorized',
    })
  }
  expect(Object.values(await contentsOf(production, organization)).flat()).toEqual([])
})

test('an act whose bytes were erased meanwhile is refused', async () => {
  const world = await newWorld(stores)
  const { organization } = world
  const act = await asked(world)
  const command = act.id
  await grantCommand(world, act)
  await stores
    .superuser('control')
    .query('UPDATE content SET bytes = NULL WHERE organization = $1', [organization])
  expect(await performCommand(context, { organization, command })).toEqual({
    kind: 'refused',
    code: 'content-erased',
  })
})
