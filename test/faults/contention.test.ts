import { expect, test } from 'vitest'
import type { PromotionId } from '../../src/domain/identifiers.ts'
import type { PromotionView } from '../../src/services/promotions/promotion-view.ts'
import type { TestPerson } from '../support/api.ts'
import { allQueues, openDeployment } from './support/deployment.ts'
import { eventually } from './support/eventually.ts'
import { expectNothingLostOrDoubled } from './support/invariants.ts'
import { openWorld, type World } from './support/world.ts'

const deployment = await openDeployment()
await deployment.startWorker(allQueues)

async function bodyOf(response: Response) {
  return (await response.json()) as PromotionView & { readonly code?: string; readonly detail?: string }
}

test('of fifty parallel requests for one asset one is accepted and forty-nine name it', async () => {
  const world = await openWorld(deployment, { approvers: 2 })
  const asset = await world.newAsset()
  const responses = await Promise.all(Array.from({ length: 50 }, () => world.ask(asset)))

  const accepted = responses.filter(({ status }) => status === 202)
  const refused = responses.filter(({ status }) => status === 409)
  expect([accepted.length, refused.length]).toEqual([1, 49])
  const [promotion] = await Promise.all(accepted.map(bodyOf))
  if (promotion === undefined) throw new TypeError('a promotion')
  for (const problem of await Promise.all(refused.map(bodyOf))) {
    expect(problem.code).toBe('promotion-open')
    expect(problem.detail).toContain(promotion.id)
  }
  await world.awaitState(promotion.id, 'awaiting_approval')
  await expectNothingLostOrDoubled(deployment)
})

test('the same decision sent twice at once and again later is one vote with one answer', async () => {
  const world = await openWorld(deployment, { approvers: 2 })
  const [first, second] = world.approvers
  if (!first || !second) throw new TypeError('two approvers')
  const promotion = await world.request(await world.newAsset())
  await world.awaitState(promotion, 'awaiting_approval')

  const idempotencyKey = crypto.randomUUID()
  const [one, other] = await Promise.all([
    world.approve(first, promotion, { idempotencyKey }),
    world.approve(first, promotion, { idempotencyKey }),
  ])
  const later = await world.approve(first, promotion, { idempotencyKey })
  expect([one.status, other.status, later.status]).toEqual([201, 201, 201])
  const replayed = [one, other].map(({ headers }) => headers.get('Idempotent-Replayed'))
  expect(replayed.toSorted()).toEqual([null, 'true'])
  expect(later.headers.get('Idempotent-Replayed')).toBe('true')
  const [answer, again, afterwards] = await Promise.all([one, other, later].map(bodyOf))
  expect(answer?.decisions.map(({ person }) => person)).toEqual([first.id])
  expect(again).toEqual(answer)
  expect(afterwards).toEqual(answer)

  expect((await world.approve(second, promotion)).status).toBe(201)
  await world.awaitState(promotion, 'promoted')
  const afterTheEnd = await world.approve(first, promotion, { idempotencyKey })
  expect([afterTheEnd.status, afterTheEnd.headers.get('Idempotent-Replayed')]).toEqual([201, 'true'])
  await expectNothingLostOrDoubled(deployment)
})

/** What an approval is answered once it is settled: on a busy machine the first answer may be that it is not yet. */
async function answerTo(world: World, approver: TestPerson, promotion: PromotionId): Promise<Response> {
  const idempotencyKey = crypto.randomUUID()
  const answers: Response[] = []
  const isSettled = async () => {
    const answer = await world.approve(approver, promotion, { idempotencyKey })
    answers.push(answer)
    return answer.status !== 202
  }
  await eventually('the approval is settled', isSettled, 60_000)
  const settled = answers.at(-1)
  if (settled === undefined) throw new TypeError('an approval was answered')
  return settled
}

test('thirteen people who decide at once are all counted', async () => {
  const world = await openWorld(deployment, { approvers: 13, approvals: 13 })
  const promotion = await world.request(await world.newAsset())
  await world.awaitState(promotion, 'awaiting_approval')

  const responses = await Promise.all(world.approvers.map((approver) => answerTo(world, approver, promotion)))
  expect(responses.map(({ status }) => status)).toEqual(world.approvers.map(() => 201))
  const { decisions } = await world.awaitState(promotion, 'promoted')
  expect(decisions.map(({ person }) => person).toSorted()).toEqual(
    world.approvers.map(({ id }) => id).toSorted(),
  )
  await expectNothingLostOrDoubled(deployment)
})

test('of twenty approvals for a policy of two exactly two are counted and the others are refused', async () => {
  const world = await openWorld(deployment, { approvers: 20 })
  const promotion = await world.request(await world.newAsset())
  await world.awaitState(promotion, 'awaiting_approval')

  const responses = await Promise.all(world.approvers.map((approver) => answerTo(world, approver, promotion)))
  const refused = responses.filter(({ status }) => status === 409)
  expect([responses.filter(({ status }) => status === 201).length, refused.length]).toEqual([2, 18])
  for (const problem of await Promise.all(refused.map(bodyOf))) expect(problem.code).toBe('illegal-state')
  const { decisions } = await world.awaitState(promotion, 'promoted')
  expect(decisions).toHaveLength(2)

  const { rows } = await deployment.stores.superuser('control').query(
    `select answer.code, count(*)::int from command left join answer on answer.command = command.id::text
         where command.stream = $1 and kind = 'decide' and outcome is distinct from 'accepted' group by 1`,
    [promotion],
  )
  // Whoever asked after the end was told so at once, and nothing of it was stored.
  expect(rows.filter(({ code }) => code !== 'illegal-state')).toEqual([])
  await expectNothingLostOrDoubled(deployment)
})

test('an approval lapses when its person is deactivated before the authorization', async () => {
  const world = await openWorld(deployment, { approvers: 3 })
  const [leaving, second, third] = world.approvers
  if (!leaving || !second || !third) throw new TypeError('three approvers')
  const promotion = await world.request(await world.newAsset())
  await world.awaitState(promotion, 'awaiting_approval')
  await world.approved(leaving, promotion)
  const { id, people } = world.organization
  await deployment.api.expectStatus(200, `/v1/organizations/${id}/people/${leaving.id}`, {
    key: people.owner?.keys.organization,
    method: 'PATCH',
    body: { active: false },
  })

  await world.approved(second, promotion)
  await eventually('one approval is gone again', async () => {
    const { state, steps } = await world.read(promotion)
    return state === 'awaiting_approval' && steps[0]?.approved === 1
  })

  await world.approved(third, promotion)
  const { decisions } = await world.awaitState(promotion, 'promoted')
  expect(decisions.map(({ person, withdrawnAt }) => [person, withdrawnAt === null])).toEqual([
    [leaving.id, false],
    [second.id, true],
    [third.id, true],
  ])
  await expectNothingLostOrDoubled(deployment)
})
