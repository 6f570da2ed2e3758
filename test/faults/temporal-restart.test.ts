import { expect, test } from 'vitest'
import { allQueues, openDeployment } from './support/deployment.ts'
import { eventually } from './support/eventually.ts'
import { expectNothingLostOrDoubled } from './support/invariants.ts'
import { openTemporal } from './support/own-temporal.ts'
import { openWorld } from './support/world.ts'

const temporal = await openTemporal()
const deployment = await openDeployment(temporal.address)
await deployment.startWorker(allQueues)

test('people decide and deadlines pass as if Temporal had not been killed while they were waited for', async () => {
  const patient = await openWorld(deployment, { approvers: 2 })
  const hasty = await openWorld(deployment, { approvers: 2, rule: { expiresAfter: 'PT4S' } })
  const decided = await patient.request(await patient.newAsset())
  await patient.awaitState(decided, 'awaiting_approval')
  const asset = await hasty.newAsset()
  const overdue = await hasty.request(asset)
  const { expiresAt } = await hasty.awaitState(overdue, 'awaiting_approval')

  await temporal.kill()
  const during = patient.approvers.slice(0, 1).map((approver) => patient.approved(approver, decided))
  await eventually('the deadline is over', async () => Date.now() > Date.parse(expiresAt ?? '') + 100)
  expect((await hasty.read(overdue)).state).toBe('awaiting_approval')
  await temporal.restart()

  await Promise.all(during)
  for (const approver of patient.approvers.slice(1)) await patient.approved(approver, decided)
  const { decisions } = await patient.awaitState(decided, 'promoted')
  expect(decisions.map(({ person }) => person)).toEqual(patient.approvers.map(({ id }) => id))

  const expired = await hasty.awaitState(overdue, 'expired')
  expect(expired.decisions).toEqual([])
  const { rows } = await deployment.stores
    .superuser('control')
    .query("select recorded_at >= $2 as after from stream_event where stream = $1 and type = 'expired'", [
      overdue,
      expiresAt,
    ])
  expect(rows).toEqual([{ after: true }])
  await hasty.awaitState(await hasty.request(asset), 'awaiting_approval')
  await expectNothingLostOrDoubled(deployment)
})
