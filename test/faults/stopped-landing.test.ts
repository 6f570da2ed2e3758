import { expect, test } from 'vitest'
import type { AssetId, PromotionId } from '../../src/domain/identifiers.ts'
import { type Deployment, openDeployment } from './support/deployment.ts'
import { eventually } from './support/eventually.ts'
import { expectNothingLostOrDoubled } from './support/invariants.ts'
import { holdLock } from './support/lock.ts'
import { expectWholeLogs } from './support/logs.ts'
import { openProxy } from './support/proxy.ts'
import { openWorld, type World } from './support/world.ts'

const ofRefusal = await openDeployment()
const ofTransaction = await openDeployment()

const landWithin = 'PT4S'

async function productionOf({ stores }: Deployment) {
  const production = stores.superuser('production')
  const read = async (table: string) =>
    (await production.query(`select * from ${table} order by 1, 2, 3`)).rows
  return {
    assets: await read('asset'),
    versions: await read('asset_version'),
    content: await read('content'),
    active: await read('active_version'),
    landings: await read('landing'),
  }
}

/** A promotion that is already in production, so that there is something to leave unchanged, and its successor. */
async function secondPromotion(world: World): Promise<readonly [AssetId, PromotionId]> {
  const asset = await world.newAsset()
  const first = await world.request(asset)
  await world.awaitState(first, 'awaiting_approval')
  for (const approver of world.approvers) await world.approved(approver, first)
  await world.awaitState(first, 'promoted')
  await world.nextVersion(asset)
  const second = await world.request(asset)
  await world.awaitState(second, 'awaiting_approval')
  return [asset, second]
}

async function expectPromotable(world: World, asset: AssetId): Promise<void> {
  const promotion = await world.request(asset)
  await world.awaitState(promotion, 'awaiting_approval')
  for (const approver of world.approvers) await world.approved(approver, promotion)
  const { items } = await world.awaitState(promotion, 'promoted')
  expect(items.map(({ target }) => target?.version)).toEqual([2])
}

test.concurrent('a worker stopped with its authorization in hand is refused after its discard', async () => {
  const deployment = ofRefusal
  const { stores, temporal } = deployment
  const toTemporal = await openProxy(temporal.address)
  const toProduction = await openProxy(new URL(stores.address('production', 'worker_production')).host)
  const [, sleeper] = await Promise.all([
    deployment.startWorker(['control', 'staging']),
    deployment.startWorker(['production'], {
      temporal: toTemporal.address,
      stores: { production: toProduction.address },
    }),
  ])
  const world = await openWorld(deployment, { approvers: 2, rule: { landWithin } })
  const [asset, promotion] = await secondPromotion(world)
  // Production is asked for its baselines once more before; a landing is the only thing that names its promotion there.
  await expectWholeLogs(deployment)
  const before = await productionOf(deployment)

  toProduction.freeze(promotion)
  await Promise.all(world.approvers.map((approver) => world.approved(approver, promotion)))
  await eventually('the landing is about to begin', async () => toProduction.held().includes(promotion))
  sleeper.pause()
  toTemporal.sever()
  await world.awaitState(promotion, 'compensating')
  await deployment.startWorker(['production'])
  const { failure } = await world.awaitState(promotion, 'failed')
  expect(failure).toBe('landing-timed-out')
  toProduction.thaw()
  sleeper.resume()

  const refusals = async () => {
    const { rows } = await stores
      .superuser('production')
      .query<{ leaf: Buffer }>("select leaf from log_entry where type = 'landing.refused'")
    return rows.map(({ leaf }) => JSON.parse(leaf.toString()).data)
  }
  await eventually('its landing is refused', async () => (await refusals()).length > 0)
  const [refusal] = await refusals()
  expect(refusal).toMatchObject({ promotion, outcome: 'refused', details: { code: 'discarded' } })
  expect(await productionOf(deployment)).toEqual(before)
  await expectPromotable(world, asset)
  await expectNothingLostOrDoubled(deployment)
})

test.concurrent('a worker stopped in the middle of its landing changes nothing when it goes on', async () => {
  const deployment = ofTransaction
  const toTemporal = await openProxy(deployment.temporal.address)
  const [, sleeper] = await Promise.all([
    deployment.startWorker(['control', 'staging']),
    deployment.startWorker(['production'], { temporal: toTemporal.address }),
  ])
  const world = await openWorld(deployment, { approvers: 2, rule: { landWithin } })
  const [asset, promotion] = await secondPromotion(world)
  const before = await productionOf(deployment)

  const lock = await holdLock(deployment.stores.superuser('production'), 'lock table log_entry in share mode')
  await Promise.all(world.approvers.map((approver) => world.approved(approver, promotion)))
  await lock.waitedForBy('worker_production')
  sleeper.pause()
  toTemporal.sever()
  await lock.release()
  await world.awaitState(promotion, 'compensating')
  await deployment.startWorker(['production'])
  const { failure } = await world.awaitState(promotion, 'failed')
  expect(failure).toBe('landing-timed-out')
  sleeper.resume()
  await eventually('it has heard that its transaction is over', async () =>
    /activity failed|terminat/.test(sleeper.said()),
  )
  expect(await productionOf(deployment)).toEqual(before)
  await expectPromotable(world, asset)
  await expectNothingLostOrDoubled(deployment)
})
