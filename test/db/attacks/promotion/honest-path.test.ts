import { expect, test } from 'vitest'
import { openStores } from '../../../support/stores.ts'
import { associationRow, authorize, decideOn, receive } from '../approval.ts'
import { as, newWorld } from '../fixture.ts'
import { freeze, planPromotion, requestPromotion } from '../story.ts'

const stores = await openStores()

test('an honest promotion passes from request to association, each step by the login whose part it is', async () => {
  const world = await newWorld(stores)
  const planned = await planPromotion(await freeze(await requestPromotion(world)))
  await decideOn(planned, world.approverOne, 1)
  await decideOn(planned, world.approverTwo, 2)
  await authorize(planned)
  const seen = await as(world, 'worker_production', (session) =>
    session.query(
      'SELECT position, bytes, fence FROM authorized_item WHERE promotion = $1 ORDER BY position',
      [planned.id],
    ),
  )
  expect(seen).toEqual(
    planned.items.map(({ position, rendered }) => ({
      position,
      bytes: Buffer.from(rendered.bytes),
      fence: '1',
    })),
  )
  await receive(planned)
  await as(world, 'worker_control', async (session) => {
    for (const { position } of planned.items)
      await session.put('association', associationRow(planned, position))
    await session.put('rollout', { id: planned.id, revision: 1 })
    await session.append('promotion.promoted', `promotion/${planned.id}`)
  })
  const told = await stores
    .superuser('control')
    .query('SELECT type FROM log_entry WHERE organization = $1 ORDER BY index', [world.organization])
  expect(told.rows.map(({ type }) => type)).toEqual([
    'organization.created',
    'promotion.requested',
    'promotion.planned',
    'promotion.decided',
    'promotion.decided',
    'promotion.authorized',
    'promotion.receipted',
    'promotion.promoted',
  ])
})
