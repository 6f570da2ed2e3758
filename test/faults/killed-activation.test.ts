import { expect, test } from 'vitest'
import { type Deployment, openDeployment } from './support/deployment.ts'
import { eventually } from './support/eventually.ts'
import { expectNothingLostOrDoubled } from './support/invariants.ts'
import { holdLock } from './support/lock.ts'
import { openProxy } from './support/proxy.ts'
import { openWorld } from './support/world.ts'

// Each test kills a worker for good: deployments of their own keep them apart, so that they can wait side by side.
const ofAllowing = await openDeployment()
const ofActivating = await openDeployment()

const automatic = { approvers: 2, rule: { activation: 'automatic' } } as const

/** What control and production hold of the one rollout there is. */
async function rolloutIn({ stores }: Deployment) {
  const control = stores.superuser('control')
  const { rows } = await control.query<{ state: string; events: readonly string[]; grants: number }>(
    `select state,
       (select array_agg(type order by seq) from stream_event where stream_kind = 'rollout' and stream = rollout.id) as events,
       (select count(*)::int from production_grant where promotion = rollout.id and purpose = 'activate') as grants
     from rollout`,
  )
  const entries = await stores
    .superuser('production')
    .query<{ leaf: Buffer }>("select leaf from log_entry where type = 'asset.activated'")
  return {
    ...rows[0],
    activated: entries.rows.map(({ leaf }) => JSON.parse(leaf.toString()).data.actor),
  }
}

async function expectActivatedOnce(deployment: Deployment): Promise<void> {
  await eventually(
    'the rollout is active',
    async () => (await rolloutIn(deployment)).state === 'active',
    60_000,
  )
  expect(await rolloutIn(deployment)).toEqual({
    state: 'active',
    events: ['activation-authorized-by-plan', 'activated'],
    grants: 1,
    activated: [{ via: 'plan' }],
  })
  await expectNothingLostOrDoubled(deployment)
}

test.concurrent('an automatic activation that a killed worker allowed and could not tell of is allowed once', async () => {
  const deployment = ofAllowing
  const { stores, temporal } = deployment
  const line = await openProxy(temporal.address)
  const [doomed] = await Promise.all([
    deployment.startWorker(['control'], { temporal: line.address }),
    deployment.startWorker(['staging', 'production']),
  ])
  const world = await openWorld(deployment, automatic)
  const promotion = await world.request(await world.newAsset())
  await world.awaitState(promotion, 'awaiting_approval')

  // Once production lands, nothing but the activation is still to be granted.
  const landing = await holdLock(stores.superuser('production'), 'lock table log_entry in share mode')
  for (const approver of world.approvers) await world.approved(approver, promotion)
  await landing.waitedForBy('worker_production')
  const granting = await holdLock(stores.superuser('control'), 'lock table production_grant in share mode')
  await landing.release()
  await granting.waitedForBy('worker_control')
  line.freeze()
  await granting.release()
  await eventually('the activation is allowed', async () => {
    return (await rolloutIn(deployment)).state === 'activating'
  })
  await doomed.kill()
  await line.close()
  expect(await rolloutIn(deployment)).toMatchObject({ state: 'activating', grants: 1, activated: [] })

  await deployment.startWorker(['control'])
  await expectActivatedOnce(deployment)
}, 180_000)

test.concurrent('what a killed worker activated automatically and could not tell of is activated once', async () => {
  const deployment = ofActivating
  const { stores, temporal } = deployment
  const line = await openProxy(temporal.address)
  const [, doomed] = await Promise.all([
    deployment.startWorker(['control', 'staging']),
    deployment.startWorker(['production'], { temporal: line.address }),
  ])
  const world = await openWorld(deployment, automatic)
  const promotion = await world.request(await world.newAsset())
  await world.awaitState(promotion, 'awaiting_approval')

  const acting = await holdLock(stores.superuser('production'), 'lock table performed_act in share mode')
  for (const approver of world.approvers) await world.approved(approver, promotion)
  await acting.waitedForBy('worker_production')
  line.freeze()
  await acting.release()
  await eventually('it is in use', async () => (await rolloutIn(deployment)).activated.length === 1)
  await doomed.kill()
  await line.close()
  expect(await rolloutIn(deployment)).toMatchObject({ state: 'activating', activated: [{ via: 'plan' }] })

  await deployment.startWorker(['production'])
  await expectActivatedOnce(deployment)
}, 180_000)
