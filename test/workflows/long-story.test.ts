import { afterAll, expect, test } from 'vitest'
import type { PromotionId } from '../../src/domain/identifiers.ts'
import { openTemporalClient } from '../../src/temporal/connection.ts'
import { allQueues, openDeployment } from '../faults/support/deployment.ts'
import { eventually } from '../faults/support/eventually.ts'
import { expectNothingLostOrDoubled } from '../faults/support/invariants.ts'
import { openTemporal } from '../faults/support/own-temporal.ts'
import { openWorld, type World } from '../faults/support/world.ts'
import type { TestPerson } from '../support/api.ts'

// A server that finds sixty events a long history, where others find four thousand long.
const temporal = await openTemporal({ 'limit.historyCount.suggestContinueAsNew': 60 })
const deployment = await openDeployment(temporal.address)
await deployment.startWorker(allQueues)
const { client, close } = openTemporalClient(temporal.address)
afterAll(close)

/** How the runs of a promotion's workflow ended, from the first to the one that goes on or has completed. */
async function endsOfRuns(promotion: PromotionId): Promise<readonly string[]> {
  const workflowId = `promotion/${promotion}`
  const newest = await client.workflow.getHandle(workflowId).fetchHistory()
  const [started] = newest.events ?? []
  let run = started?.workflowExecutionStartedEventAttributes?.firstExecutionRunId ?? undefined
  const ends: string[] = []
  while (run !== undefined) {
    const { status } = await client.workflow.getHandle(workflowId, run).describe()
    ends.push(status.name)
    const { events } = await client.workflow.getHandle(workflowId, run).fetchHistory()
    const next = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId
    run = next ?? undefined
  }
  return ends
}

/** One person decides again and again on what they have decided on; every time they are told so. */
async function decideInVain(world: World, person: TestPerson, promotion: PromotionId, times: number) {
  for (let time = 0; time < times; time += 1) {
    const response = await world.approve(person, promotion)
    const { code } = (await response.json()) as { code: string }
    expect([response.status, code]).toEqual([409, 'already-decided'])
  }
}

test('a promotion that people keep talking to goes on in a new run, is approved there and lands', async () => {
  const world = await openWorld(deployment, { approvers: 2 })
  const [first, second] = world.approvers
  if (!first || !second) throw new TypeError('two approvers')
  const promotion = await world.request(await world.newAsset())
  await world.awaitState(promotion, 'awaiting_approval')
  expect(await endsOfRuns(promotion)).toEqual(['RUNNING'])

  await world.approved(first, promotion)
  await decideInVain(world, first, promotion, 16)
  const before = await endsOfRuns(promotion)
  expect(before.length).toBeGreaterThanOrEqual(3)
  expect(before).toEqual([...before.slice(1).map(() => 'CONTINUED_AS_NEW'), 'RUNNING'])

  await world.approved(second, promotion)
  const { decisions } = await world.awaitState(promotion, 'promoted')
  expect(decisions.map(({ person }) => person)).toEqual([first.id, second.id])
  await expectNothingLostOrDoubled(deployment)
})

test('what several people ask while a run ends is answered, each once', async () => {
  const world = await openWorld(deployment, { approvers: 8, approvals: 8 })
  const promotion = await world.request(await world.newAsset())
  await world.awaitState(promotion, 'awaiting_approval')
  const [last, ...others] = world.approvers
  if (!last) throw new TypeError('approvers')
  await Promise.all(others.map((approver) => world.approved(approver, promotion)))
  await Promise.all(others.map((approver) => decideInVain(world, approver, promotion, 4)))
  expect(await endsOfRuns(promotion)).toContain('CONTINUED_AS_NEW')

  await world.approved(last, promotion)
  const { decisions } = await world.awaitState(promotion, 'promoted')
  expect(decisions).toHaveLength(8)
  await expectNothingLostOrDoubled(deployment)
})

test('a deadline passes in a later run when it would have passed in the first', async () => {
  const world = await openWorld(deployment, { approvers: 2, rule: { expiresAfter: 'PT8S' } })
  const [first] = world.approvers
  if (!first) throw new TypeError('an approver')
  const promotion = await world.request(await world.newAsset())
  const { expiresAt } = await world.awaitState(promotion, 'awaiting_approval')
  await world.approved(first, promotion)
  await decideInVain(world, first, promotion, 8)
  expect(await endsOfRuns(promotion)).toContain('CONTINUED_AS_NEW')

  const expired = await world.awaitState(promotion, 'expired')
  expect(expired.expiresAt).toBe(expiresAt)
  const { rows } = await deployment.stores.superuser('control').query(
    `select recorded_at between $2 and $2::timestamptz + interval '5 seconds' as punctual
       from stream_event where stream = $1 and type = 'expired'`,
    [promotion, expiresAt],
  )
  expect(rows).toEqual([{ punctual: true }])
  await expectNothingLostOrDoubled(deployment)
})

test('a step that was taken in an earlier run is taken again in a later one', async () => {
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
  await eventually('authorizing has found that an approval is gone', async () => {
    const { state, steps } = await world.read(promotion)
    return state === 'awaiting_approval' && steps[0]?.approved === 1
  })
  await decideInVain(world, second, promotion, 8)
  expect(await endsOfRuns(promotion)).toContain('CONTINUED_AS_NEW')

  await world.approved(third, promotion)
  const { decisions } = await world.awaitState(promotion, 'promoted')
  expect(decisions.filter(({ withdrawnAt }) => withdrawnAt === null)).toHaveLength(2)
  await expectNothingLostOrDoubled(deployment)
})
