import { expect, test } from 'vitest'
import { overrideAs, reviewAs } from '../support/overriding.ts'
import { allQueues, openDeployment } from './support/deployment.ts'
import { eventually } from './support/eventually.ts'
import { expectNothingLostOrDoubled } from './support/invariants.ts'
import { openWorld } from './support/world.ts'

const deployment = await openDeployment()
const control = deployment.stores.superuser('control')

/** The types of the events of a promotion's review, in order. */
async function eventsOf(promotion: string): Promise<readonly string[]> {
  const { rows } = await control.query<{ type: string }>(
    `SELECT type FROM stream_event JOIN override_review AS review ON review.id = stream
     WHERE stream_kind = 'review' AND review.promotion = $1 ORDER BY seq`,
    [promotion],
  )
  return rows.map(({ type }) => type)
}

function isSo(condition: string, promotion: string): () => Promise<boolean> {
  return async () => {
    const { rowCount } = await control.query(
      `SELECT FROM override_review AS review JOIN outbox ON stream_kind = 'review' AND stream = review.id
       WHERE review.promotion = $1 AND ${condition}`,
      [promotion],
    )
    return rowCount === 1
  }
}

test('a review waits through the death of its worker: its deadline is missed once, and it is given once', async () => {
  const breakGlass = { group: 'approvers', reviewWithin: 'PT15S' }
  const doomed = await deployment.startWorker(allQueues)
  const world = await openWorld(deployment, { approvers: 2, rule: { breakGlass } })
  const [one, other] = world.approvers
  if (!one || !other) throw new TypeError('two approvers')
  const promotion = await world.request(await world.newAsset())
  const waiting = await world.awaitState(promotion, 'awaiting_approval')
  expect((await overrideAs(deployment.api, one, waiting)).status).toBe(201)
  await eventually('the review runs', isSo('delivered_at IS NOT NULL', promotion))
  await doomed.kill()
  await eventually('its deadline passes', isSo('due_at < clock_timestamp()', promotion))
  expect(await eventsOf(promotion)).toEqual([])

  const second = await deployment.startWorker(allQueues)
  await eventually('that is told', async () => (await eventsOf(promotion)).length > 0)
  await world.awaitState(promotion, 'promoted')
  expect(await eventsOf(promotion)).toEqual(['overdue'])
  await second.kill()
  const idempotencyKey = crypto.randomUUID()
  const asked = await reviewAs(deployment.api, other, { id: promotion }, { idempotencyKey })
  expect(asked.status).toBe(202)

  await deployment.startWorker(allQueues)
  await eventually('the review is given', async () => (await eventsOf(promotion)).length > 1)
  expect(await eventsOf(promotion)).toEqual(['overdue', 'reviewed'])
  const again = await reviewAs(deployment.api, other, { id: promotion }, { idempotencyKey })
  expect([again.status, again.headers.get('Idempotent-Replayed')]).toEqual([201, 'true'])
  await expectNothingLostOrDoubled(deployment)
}, 180_000)
