import { expect, test } from 'vitest'
import { openDeployment } from './support/deployment.ts'
import { eventually } from './support/eventually.ts'
import { expectNothingLostOrDoubled } from './support/invariants.ts'
import { holdLock } from './support/lock.ts'
import { openTemporal } from './support/own-temporal.ts'
import { openProxy } from './support/proxy.ts'
import { askServer, openWorld } from './support/world.ts'

const temporal = await openTemporal()
const deployment = await openDeployment(temporal.address)

test('a vote outlives API, workers and Temporal, killed together right after it was committed', async () => {
  const line = await openProxy(temporal.address.address)
  const [server, control, others] = await Promise.all([
    deployment.startServer(),
    deployment.startWorker(['control'], { temporal: line.address }),
    deployment.startWorker(['staging', 'production']),
  ])
  const world = await openWorld(deployment, { approvers: 3 })
  const [first, second, late] = world.approvers
  if (!first || !second || !late) throw new TypeError('three approvers')
  const promotion = await world.request(await world.newAsset())
  await world.awaitState(promotion, 'awaiting_approval')

  const lock = await holdLock(
    deployment.stores.superuser('control'),
    'select from stream where id = $1 for update',
    [promotion],
  )
  const idempotencyKey = crypto.randomUUID()
  const asked = world.approve(first, promotion, { idempotencyKey, through: askServer(server.url) })
  const unanswered = expect(asked).rejects.toThrow()
  await lock.waitedForBy('worker_control')
  line.freeze()
  await lock.release()
  await eventually('the vote is committed', async () => {
    return (await world.read(promotion)).decisions.length === 1
  })
  await Promise.all([server.kill(), control.kill(), others.kill(), temporal.kill()])
  await unanswered
  await line.close()

  await temporal.restart()
  const [again] = await Promise.all([
    deployment.startServer(),
    deployment.startWorker(['control']),
    deployment.startWorker(['staging', 'production']),
  ])
  const through = askServer(again.url)
  const repeated = await world.approve(first, promotion, { idempotencyKey, through })
  expect([repeated.status, repeated.headers.get('Idempotent-Replayed')]).toEqual([201, 'true'])

  await world.approved(second, promotion)
  const { decisions } = await world.awaitState(promotion, 'promoted')
  expect(decisions.map(({ person }) => person)).toEqual([first.id, second.id])
  expect((await world.approve(late, promotion, { through })).status).toBe(409)
  await expectNothingLostOrDoubled(deployment)
})
