import { expect, test } from 'vitest'
import { openDeployment } from './support/deployment.ts'
import { eventually } from './support/eventually.ts'
import { expectNothingLostOrDoubled } from './support/invariants.ts'
import { holdLock } from './support/lock.ts'
import { openProxy } from './support/proxy.ts'
import { openWorld } from './support/world.ts'

// Each test kills a worker for good: deployments of their own keep them apart, so that they can wait side by side.
const ofAsked = await openDeployment()
const ofOwnSteps = await openDeployment()
const ofLanding = await openDeployment()

test.concurrent('a vote committed by a worker that is killed before it can say so counts once', async () => {
  const deployment = ofAsked
  const control = deployment.stores.superuser('control')
  const line = await openProxy(deployment.temporal.address)
  const [doomed] = await Promise.all([
    deployment.startWorker(['control'], { temporal: line.address }),
    deployment.startWorker(['staging', 'production']),
  ])
  const world = await openWorld(deployment, { approvers: 2 })
  const [first, second] = world.approvers
  if (!first || !second) throw new TypeError('two approvers')
  const promotion = await world.request(await world.newAsset())
  await world.awaitState(promotion, 'awaiting_approval')

  const lock = await holdLock(control, 'select from stream where id = $1 for update', [promotion])
  const idempotencyKey = crypto.randomUUID()
  const asked = world.approve(first, promotion, { idempotencyKey })
  await lock.waitedForBy('worker_control')
  line.freeze()
  await lock.release()
  await eventually('the vote is committed', async () => {
    return (await world.read(promotion)).decisions.length === 1
  })
  await doomed.kill()
  await line.close()
  const heard = await deployment.history(promotion)
  expect(heard.at(-1)).toBe('activityTaskScheduled')
  expect(heard).toContain('workflowExecutionUpdateAccepted')
  expect(heard).not.toContain('workflowExecutionUpdateCompleted')

  await deployment.startWorker(['control'])
  const response = await asked
  expect(response.status).toBe(201)
  const again = await world.approve(first, promotion, { idempotencyKey })
  expect([again.status, again.headers.get('Idempotent-Replayed')]).toEqual([201, 'true'])
  expect(await again.json()).toEqual(await response.json())

  await world.approved(second, promotion)
  const { decisions } = await world.awaitState(promotion, 'promoted')
  expect(decisions.map(({ person }) => person)).toEqual([first.id, second.id])
  await expectNothingLostOrDoubled(deployment)
})

test.concurrent('a step of its own that a killed worker committed is taken once', async () => {
  const deployment = ofOwnSteps
  const control = deployment.stores.superuser('control')
  const line = await openProxy(deployment.temporal.address)
  const [doomed] = await Promise.all([
    deployment.startWorker(['control'], { temporal: line.address }),
    deployment.startWorker(['staging', 'production']),
  ])
  const world = await openWorld(deployment, { approvers: 2 })

  const beforeDraft = await holdLock(control, 'lock table plan_draft')
  const promotion = await world.request(await world.newAsset())
  await beforeDraft.waitedForBy('worker_control')
  const beforePlan = await holdLock(control, 'select from stream where id = $1 for update', [promotion])
  await beforeDraft.release()
  await beforePlan.waitedForBy('worker_control')
  line.freeze()
  const heard = await deployment.history(promotion)
  await beforePlan.release()
  const planned = await world.awaitState(promotion, 'awaiting_approval')
  await doomed.kill()
  await line.close()
  expect(await deployment.history(promotion)).toEqual(heard)

  await deployment.startWorker(['control'])
  await Promise.all(world.approvers.map((approver) => world.approved(approver, promotion)))
  const promoted = await world.awaitState(promotion, 'promoted')
  expect(promoted.planDigest).toBe(planned.planDigest)
  const { rows } = await control.query(
    "select count(*)::int from stream_event where stream = $1 and type = 'planned'",
    [promotion],
  )
  expect(rows).toEqual([{ count: 1 }])
  await expectNothingLostOrDoubled(deployment)
})

test.concurrent('what a killed worker landed is landed once', async () => {
  const deployment = ofLanding
  const production = deployment.stores.superuser('production')
  const line = await openProxy(deployment.temporal.address)
  const [, doomed] = await Promise.all([
    deployment.startWorker(['control', 'staging']),
    deployment.startWorker(['production'], { temporal: line.address }),
  ])
  const world = await openWorld(deployment, { approvers: 2 })
  const promotion = await world.request(await world.newAsset())
  await world.awaitState(promotion, 'awaiting_approval')

  const lock = await holdLock(production, 'lock table log_entry in share mode')
  for (const approver of world.approvers) await world.approved(approver, promotion)
  await lock.waitedForBy('worker_production')
  line.freeze()
  await lock.release()
  const landings = () =>
    production.query('select asset, version from landing where promotion = $1', [promotion])
  await eventually('the landing is committed', async () => (await landings()).rows.length === 1)
  await doomed.kill()
  await line.close()
  const first = await landings()
  expect((await world.read(promotion)).state).toBe('promoting')

  await deployment.startWorker(['production'])
  const { items } = await world.awaitState(promotion, 'promoted', 50_000)
  expect((await landings()).rows).toEqual(first.rows)
  expect(items.map(({ target }) => ({ asset: target?.id, version: target?.version }))).toEqual(first.rows)
  await expectNothingLostOrDoubled(deployment)
})
