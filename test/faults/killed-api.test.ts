import { expect, test } from 'vitest'
import type { PromotionView } from '../../src/services/promotions/promotion-view.ts'
import { allQueues, openDeployment } from './support/deployment.ts'
import { eventually } from './support/eventually.ts'
import { expectNothingLostOrDoubled } from './support/invariants.ts'
import { openProxy } from './support/proxy.ts'
import { askServer, openWorld } from './support/world.ts'

const deployment = await openDeployment()

/** An API whose words do not reach Temporal. */
async function startCutOffServer() {
  const line = await openProxy(deployment.temporal.address)
  line.freeze()
  const server = await deployment.startServer({ temporal: line.address })
  const kill = async () => {
    await server.kill()
    await line.close()
  }
  return { through: askServer(server.url), kill }
}

const [ofStart, ofDelivery] = await Promise.all([
  startCutOffServer(),
  startCutOffServer(),
  deployment.startWorker(allQueues),
])

test('a promotion whose API is killed between the commit and the start is started', async () => {
  const { through, kill } = ofStart
  const world = await openWorld(deployment, { approvers: 2 })
  const asset = await world.newAsset()
  const idempotencyKey = crypto.randomUUID()
  const unanswered = expect(world.ask(asset, { idempotencyKey, through })).rejects.toThrow()
  const stored = async () => {
    const { rows } = await deployment.stores
      .superuser('control')
      .query('select promotion from promotion_source_lock where asset = $1', [asset])
    return rows[0]?.promotion
  }
  await eventually('the promotion is committed', async () => (await stored()) !== undefined)
  const promotion = await stored()
  await kill()
  await unanswered

  await world.awaitState(promotion, 'awaiting_approval')
  const again = await world.ask(asset, { idempotencyKey })
  expect([again.status, again.headers.get('Idempotent-Replayed')]).toEqual([202, 'true'])
  expect(((await again.json()) as PromotionView).id).toBe(promotion)
  for (const approver of world.approvers) await world.approved(approver, promotion)
  await world.awaitState(promotion, 'promoted')
  await expectNothingLostOrDoubled(deployment)
})

test('a decision whose API is killed before it delivers it is delivered and counts once', async () => {
  const { through, kill } = ofDelivery
  const world = await openWorld(deployment, { approvers: 2 })
  const [first, second] = world.approvers
  if (!first || !second) throw new TypeError('two approvers')
  const promotion = await world.request(await world.newAsset())
  await world.awaitState(promotion, 'awaiting_approval')
  const idempotencyKey = crypto.randomUUID()
  const unanswered = expect(world.approve(first, promotion, { idempotencyKey, through })).rejects.toThrow()
  await eventually('the decision is stored', async () => {
    const { rowCount } = await deployment.stores
      .superuser('control')
      .query("select from command where stream = $1 and kind = 'decide'", [promotion])
    return rowCount === 1
  })
  await kill()
  await unanswered

  await eventually('it is counted', async () => (await world.read(promotion)).decisions.length === 1)
  const again = await world.approve(first, promotion, { idempotencyKey })
  expect([again.status, again.headers.get('Idempotent-Replayed')]).toEqual([201, 'true'])
  await world.approved(second, promotion)
  const { decisions } = await world.awaitState(promotion, 'promoted')
  expect(decisions.map(({ person }) => person)).toEqual([first.id, second.id])
  await expectNothingLostOrDoubled(deployment)
})
