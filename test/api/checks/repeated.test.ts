import { expect, test } from 'vitest'
import { identifier, type PromotionId } from '../../../src/domain/identifiers.ts'
import type { RevisionReference } from '../../../src/domain/promotion/revision.ts'
import { openOutside } from '../../../src/runtime/installation/outside.ts'
import type { Outside } from '../../../src/services/ports.ts'
import { askChecks } from '../../../src/services/promotions/preflight/checks/ask-checks.ts'
import { checkKeyOf } from '../../../src/services/promotions/preflight/checks/keys/check-key.ts'
import { draftPlan } from '../../../src/services/promotions/preflight/draft-plan.ts'
import { freezePins } from '../../../src/services/promotions/preflight/freeze-pins.ts'
import { openApi } from '../../support/api.ts'
import { openStores } from '../../support/stores.ts'
import { bundleOf, newTeam, policyWith, stage } from '../plans/planning.ts'
import { checksOf, openReceiver, saying } from './receiver.ts'

// No worker runs here: the activities are called as the workflow would have them called.
const stores = await openStores()
const api = openApi(stores)
const receiver = await openReceiver()
const key = checkKeyOf(new Uint8Array(32).fill(9))
const outside = openOutside([{ host: '127.0.0.1', port: receiver.port, plaintext: true }])

const control = stores.pool('control', 'worker_control')

function activities(more: { readonly outside?: Outside; readonly key?: typeof key | undefined } = {}) {
  const asking = { control, outside, key, ...more }
  return {
    askChecks: (reference: RevisionReference) => askChecks(asking, reference, []),
    draftPlan: (reference: RevisionReference) => draftPlan(control, reference, []),
  }
}

/** A promotion that was asked for and whose bytes are frozen. */
async function frozen(rule: Parameters<typeof policyWith>[0], ...before: readonly object[]) {
  const team = await newTeam(api, policyWith(rule, ...before))
  const asset = await stage(api, team, 'valueSet', { values: [{ value: 'A' }] })
  const { id } = await api.expectStatus<{ id: string }>(202, '/v1/promotions', {
    key: team.people.requester.keys.staging,
    body: bundleOf(team, [asset]),
  })
  const reference = { organization: team.id, promotion: identifier<PromotionId>(id), revision: 1 }
  const near = stores.pool('control', 'worker_staging')
  await freezePins({ control: near, source: stores.pool('staging', 'worker_staging') }, reference)
  return { team, reference }
}

async function findingsOf({ promotion }: { readonly promotion: string }) {
  const { rows } = await stores
    .superuser('control')
    .query(
      "SELECT convert_from(plan, 'UTF8')::jsonb -> 'findings' AS findings FROM plan_draft WHERE promotion = $1",
      [promotion],
    )
  return rows[0]?.findings
}

test('a check that answered before the activity failed is not asked again, and the other one by the same id', async () => {
  const [first, second] = [
    receiver.check(saying({ severity: 'info', message: 'Once.' }), { name: 'first' }),
    receiver.check(saying({ severity: 'info', message: 'Twice.' }), { name: 'second' }),
  ]
  const { reference } = await frozen({ checks: checksOf(first, second) })
  const ids: string[] = []
  const failing: Outside = async (request) => {
    if (request.url === second.url) ids.push(request.headers['webhook-id'] ?? '')
    const answer = await outside(request)
    if (request.url === second.url) throw new Error('the worker fails with the answer in its hands')
    return answer
  }
  await expect(activities({ outside: failing }).askChecks(reference)).rejects.toThrow()
  expect(await activities().draftPlan(reference)).toBeNull()
  await activities().askChecks(reference)
  expect([first.arrived().length, second.arrived().length]).toEqual([1, 2])
  expect(new Set([...ids, ...second.arrived().map(({ headers }) => headers['webhook-id'])]).size).toBe(1)
  await activities().askChecks(reference)
  expect([first.arrived().length, second.arrived().length]).toEqual([1, 2])
  expect(await activities().draftPlan(reference)).toMatchObject({ blockers: 0 })
  expect(await findingsOf(reference)).toHaveLength(2)
})

test('an attempt that was given up and comes back after the plan was drafted changes nothing', async () => {
  const check = receiver.check(saying())
  const { reference } = await frozen({ checks: checksOf(check) })
  const late: Outside = async (request) => {
    await activities().askChecks(reference)
    await activities().draftPlan(reference)
    return outside(request)
  }
  await activities({ outside: late }).askChecks(reference)
  expect(check.arrived()).toHaveLength(2)
  const { rowCount } = await stores
    .superuser('control')
    .query('SELECT FROM check_answer WHERE promotion = $1', [reference.promotion])
  expect(rowCount).toBe(1)
})

test('without a key nobody is asked, and the blocker says what to configure', async () => {
  const check = receiver.check(saying())
  const { reference } = await frozen({ checks: checksOf(check) })
  await activities({ key: undefined }).askChecks(reference)
  expect(await activities({ key: undefined }).draftPlan(reference)).toMatchObject({ blockers: 1 })
  expect(await findingsOf(reference)).toMatchObject([
    {
      rule: 'external-check-unanswered',
      severity: 'blocker',
      message: expect.stringContaining('COUNTERSIGN_CHECKS_KEY'),
    },
  ])
  expect(check.arrived()).toEqual([])
})

test('a plan is not drafted before every check of its rule was asked; where there is none it is at once', async () => {
  const check = receiver.check(saying())
  const asking = await frozen({ checks: checksOf(check) })
  expect(await activities().draftPlan(asking.reference)).toBeNull()
  expect(check.arrived()).toEqual([])
  const plain = await frozen({})
  expect(await activities().draftPlan(plain.reference)).toMatchObject({ blockers: 0 })
})

test('a check by the same name in another rule has answered nothing for this one', async () => {
  const [grave, plain] = [receiver.check(saying()), receiver.check(saying())]
  const grave1 = { name: 'grave', when: { requesterGroups: ['on-call'] }, checks: checksOf(grave) }
  const { team, reference } = await frozen({ checks: checksOf(plain) }, grave1)
  await activities().askChecks(reference)
  const key = team.people.owner.keys.organization
  const body = { members: [team.people.requester.id] }
  const group = `/v1/organizations/${team.id}/groups/on-call`
  await api.expectStatus(200, group, { key, method: 'PUT', body })
  expect(await activities().draftPlan(reference)).toBeNull()
  await activities().askChecks(reference)
  expect(await activities().draftPlan(reference)).toMatchObject({ blockers: 0 })
  expect([plain.arrived().length, grave.arrived().length]).toEqual([1, 1])
})
