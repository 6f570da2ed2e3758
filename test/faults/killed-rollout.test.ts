import { expect, test } from 'vitest'
import type { PromotionId } from '../../src/domain/identifiers.ts'
import { type Deployment, openDeployment } from './support/deployment.ts'
import { eventually } from './support/eventually.ts'
import { expectNothingLostOrDoubled } from './support/invariants.ts'
import { holdLock } from './support/lock.ts'
import { openProxy } from './support/proxy.ts'
import { openWorld, type World } from './support/world.ts'

// Each test kills a worker for good: deployments of their own keep them apart, so that they can wait side by side.
const ofGoingBack = await openDeployment()
const ofSoaking = await openDeployment()

const automatic = { activation: 'automatic', rollback: 'fast' } as const

interface Rollout {
  readonly state: string
  readonly soak_until: Date | null
  readonly events: readonly string[]
}

/** What control holds of the one rollout there is. */
async function rolloutIn({ stores }: Deployment): Promise<Rollout | undefined> {
  const { rows } = await stores.superuser('control').query<Rollout>(
    `select state, soak_until, (select array_agg(type order by seq) from stream_event
       where stream_kind = 'rollout' and stream = rollout.id) as events from rollout`,
  )
  return rows[0]
}

function awaitRollout(deployment: Deployment, state: string): Promise<void> {
  const reached = async () => (await rolloutIn(deployment))?.state === state
  return eventually(`the rollout is ${state}`, reached, 60_000)
}

async function landed(world: World): Promise<PromotionId> {
  const promotion = await world.request(await world.newAsset())
  await world.awaitState(promotion, 'awaiting_approval')
  for (const approver of world.approvers) await world.approved(approver, promotion)
  return promotion
}

/** The requester, who is an engineer of production, asks something of the rollout. */
function askOf(
  { api }: Deployment,
  { requester }: World,
  promotion: PromotionId,
  act: string,
  body?: object,
) {
  return api.request(`/v1/promotions/${promotion}/rollout/${act}`, {
    key: requester.keys.production,
    method: 'POST',
    ...(body === undefined ? {} : { body }),
    headers: { 'If-Match': '*' },
  })
}

test.concurrent('what a killed worker rolled back and could not tell of is rolled back once', async () => {
  const deployment = ofGoingBack
  const { stores, temporal } = deployment
  const line = await openProxy(temporal.address)
  const [, doomed] = await Promise.all([
    deployment.startWorker(['control', 'staging']),
    deployment.startWorker(['production'], { temporal: line.address }),
  ])
  const world = await openWorld(deployment, { approvers: 2, rule: automatic })
  const promotion = await landed(world)
  await awaitRollout(deployment, 'active')

  const production = stores.superuser('production')
  const entries = async () =>
    (await production.query("select from log_entry where type = 'asset.rolled-back'")).rowCount
  const acting = await holdLock(production, 'lock table performed_act in share mode')
  const asked = askOf(deployment, world, promotion, 'rollback', { reason: 'Orders are lost' })
  await acting.waitedForBy('worker_production')
  line.freeze()
  await acting.release()
  await eventually('it went back', async () => (await entries()) === 1)
  await doomed.kill()
  await line.close()
  expect(await rolloutIn(deployment)).toMatchObject({ state: 'rolling_back' })
  expect((await asked).status).toBe(200)

  await deployment.startWorker(['production'])
  await awaitRollout(deployment, 'rolled_back')
  expect(await rolloutIn(deployment)).toMatchObject({
    events: ['activation-authorized-by-plan', 'activated', 'rollback-authorized', 'rolled-back'],
  })
  expect(await entries()).toBe(1)
  expect((await production.query('select from active_version')).rowCount).toBe(0)
  await expectNothingLostOrDoubled(deployment)
}, 180_000)

test.concurrent('a soak goes on while no worker is there, and is not begun anew', async () => {
  const deployment = ofSoaking
  const [doomed] = await Promise.all([
    deployment.startWorker(['control']),
    deployment.startWorker(['staging', 'production']),
  ])
  const check = 'One order goes through'
  const validation = { checklist: [check], soak: 'PT6S' }
  const world = await openWorld(deployment, { approvers: 2, rule: { ...automatic, validation } })
  const promotion = await landed(world)
  await awaitRollout(deployment, 'active')
  const before = await rolloutIn(deployment)
  await doomed.kill()
  await deployment.startWorker(['control'])

  // A worker that has just begun may take longer than an answer is waited for.
  expect([200, 202]).toContain((await askOf(deployment, world, promotion, 'confirm', { check })).status)
  await eventually(
    'it is live',
    async () => (await askOf(deployment, world, promotion, 'complete')).status === 200,
    60_000,
  )
  const live = await rolloutIn(deployment)
  expect(live).toMatchObject({
    state: 'live',
    soak_until: before?.soak_until,
    events: ['activation-authorized-by-plan', 'activated', 'confirmed', 'completed'],
  })
  expect(before?.soak_until).toBeInstanceOf(Date)
  await expectNothingLostOrDoubled(deployment)
}, 180_000)
