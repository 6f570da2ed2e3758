import { randomInt } from 'node:crypto'
import { expect, test } from 'vitest'
import { openDeployment } from './support/deployment.ts'
import { eventually } from './support/eventually.ts'
import { expectNothingLostOrDoubled } from './support/invariants.ts'
import { openWorld } from './support/world.ts'

const deployment = await openDeployment()
const queues = [['control'], ['staging', 'production']] as const
const workers = await Promise.all(queues.map((served) => deployment.startWorker(served)))

const promotions = 10
const eventsOfEach = 9
const within = 120_000

// By progress instead of by time: a kill meets work under way, however fast the machine is.
const kills = Array.from({ length: 2 }, () => randomInt(1, promotions * eventsOfEach - 8)).toSorted(
  (one, other) => one - other,
)

test('promotions get through workers that are killed at any moment', { timeout: within }, async ({
  annotate,
}) => {
  await annotate(`killed after ${kills.join(', ')} events`)
  const world = await openWorld(deployment, { approvers: 2 })
  const carry = async () => {
    const promotion = await world.request(await world.newAsset())
    await world.awaitState(promotion, 'awaiting_approval', within)
    await Promise.all(world.approvers.map((approver) => world.approved(approver, promotion)))
    return world.awaitState(promotion, 'promoted', within)
  }
  const carried = Promise.all(Array.from({ length: promotions }, carry))

  const killing = async () => {
    for (const [place, after] of kills.entries()) {
      await eventually(
        `${after} events are recorded`,
        async () => {
          const { rows } = await deployment.stores
            .superuser('control')
            .query("select count(*)::int from stream_event where stream_kind = 'promotion'")
          return rows[0]?.count >= after
        },
        within,
      )
      const which = place % queues.length
      await workers[which]?.kill()
      workers[which] = await deployment.startWorker(queues[which] ?? [])
    }
  }
  const [views] = await Promise.all([carried, killing()])
  expect(views.map(({ decisions }) => decisions.length)).toEqual(views.map(() => 2))
  await expectNothingLostOrDoubled(deployment)
})
