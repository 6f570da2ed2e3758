import { expect, test } from 'vitest'
import { allQueues, openDeployment } from './support/deployment.ts'
import { eventually } from './support/eventually.ts'
import { expectNothingLostOrDoubled } from './support/invariants.ts'
import { endBetweenStatements, holdLock } from './support/lock.ts'
import { openProxy } from './support/proxy.ts'
import { type Ask, askServer, openWorld } from './support/world.ts'

const deployment = await openDeployment()
const line = await openProxy(new URL(deployment.stores.address('control', 'api')).host)
const { address } = line
const detours = {
  stores: { control: address, development: address, staging: address, production: address },
}
const [server, worker] = await Promise.all([
  deployment.startServer(detours),
  deployment.startWorker(allQueues, detours),
])

test('votes given while the databases are away count once when they are back', async () => {
  const world = await openWorld(deployment, { approvers: 6, approvals: 6 })
  const promotion = await world.request(await world.newAsset())
  await world.awaitState(promotion, 'awaiting_approval')

  let away = 0
  const ask = askServer(server.url)
  const through: Ask = async (path, request) => {
    const response = await ask(path, request)
    if (response.status === 503) away += 1
    return response
  }
  const votes = world.approvers.map((approver) => world.approved(approver, promotion, { through }))
  line.stop()
  const settled = Promise.all(votes)
  await Promise.race([settled, eventually('everybody has been told', async () => away >= 12)])
  line.restart()

  for (const statuses of await settled) expect(statuses.at(-1)).toBe(201)
  expect(away).toBeGreaterThanOrEqual(12)
  const { decisions } = await world.awaitState(promotion, 'promoted')
  expect(decisions.map(({ person }) => person).toSorted()).toEqual(
    world.approvers.map(({ id }) => id).toSorted(),
  )
  await expectNothingLostOrDoubled(deployment)
})

test('the API goes on when a connection ends between two of its statements', async () => {
  const control = deployment.stores.superuser('control')
  const world = await openWorld(deployment, { approvers: 1, approvals: 1 })
  const [approver] = world.approvers
  if (!approver) throw new TypeError('an approver')
  const promotion = await world.request(await world.newAsset())
  await world.awaitState(promotion, 'awaiting_approval')

  const lock = await holdLock(control, 'lock table command in exclusive mode')
  const options = { idempotencyKey: crypto.randomUUID(), through: askServer(server.url) }
  const asked = world.approve(approver, promotion, options)
  const session = await lock.waitedForBy('api')
  server.pause()
  await lock.release()
  await endBetweenStatements(control, session)
  server.resume()

  expect((await asked).status).toBe(503)
  expect((await world.approve(approver, promotion, options)).status).toBe(201)
  const { decisions } = await world.awaitState(promotion, 'promoted')
  expect(decisions).toHaveLength(1)
  await expectNothingLostOrDoubled(deployment)
})

test('a worker goes on when a connection ends between two of its statements', async () => {
  const control = deployment.stores.superuser('control')
  const world = await openWorld(deployment, { approvers: 1, approvals: 1 })
  const [approver] = world.approvers
  if (!approver) throw new TypeError('an approver')
  const promotion = await world.request(await world.newAsset())
  await world.awaitState(promotion, 'awaiting_approval')

  const lock = await holdLock(control, 'select from stream where id = $1 for update', [promotion])
  const asked = world.approve(approver, promotion)
  const session = await lock.waitedForBy('worker_control')
  worker.pause()
  await lock.release()
  await endBetweenStatements(control, session)
  worker.resume()

  expect((await asked).status).toBe(201)
  const { decisions } = await world.awaitState(promotion, 'promoted')
  expect(decisions).toHaveLength(1)
  await expectNothingLostOrDoubled(deployment)
})
