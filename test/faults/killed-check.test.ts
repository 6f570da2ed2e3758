import type { RequestListener } from 'node:http'
import { expect, test } from 'vitest'
import { checksOf, openReceiver, saying } from '../api/checks/receiver.ts'
import { openDeployment } from './support/deployment.ts'
import { eventually } from './support/eventually.ts'
import { expectNothingLostOrDoubled } from './support/invariants.ts'
import { openWorld } from './support/world.ts'

const receiver = await openReceiver()
const deployment = await openDeployment(undefined, {
  COUNTERSIGN_CHECKS_KEY: Buffer.alloc(32, 9).toString('base64'),
  COUNTERSIGN_CHECKS_HOSTS: `http://127.0.0.1:${receiver.port}`,
})

await deployment.startWorker(['staging', 'production', 'development'])
const doomed = await deployment.startWorker(['control'])

test('a check that answered before its worker died is not asked again, and the one that had not is', async () => {
  let answer: RequestListener = () => {}
  const quick = receiver.check(saying({ severity: 'info', message: 'At once.' }), { name: 'quick' })
  const slow = receiver.check((request, response) => answer(request, response), {
    name: 'slow',
    deadline: 'PT60S',
  })
  const world = await openWorld(deployment, { approvers: 2, rule: { checks: checksOf(quick, slow) } })
  const promotion = await world.request(await world.newAsset())
  await eventually('one has answered and the other was asked', async () => {
    const { rowCount } = await deployment.stores
      .superuser('control')
      .query('SELECT FROM check_answer WHERE promotion = $1', [promotion])
    return rowCount === 1 && slow.arrived().length === 1
  })
  await doomed.kill()
  answer = saying({ severity: 'info', message: 'Later.' })

  await deployment.startWorker(['control'])
  await world.awaitState(promotion, 'awaiting_approval')
  expect([quick.arrived().length, slow.arrived().length]).toEqual([1, 2])
  const ids = slow.arrived().map(({ headers }) => headers['webhook-id'])
  expect(new Set(ids).size).toBe(1)
  await expectNothingLostOrDoubled(deployment)
}, 180_000)
