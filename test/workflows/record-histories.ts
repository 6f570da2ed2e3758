import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { expect, test } from 'vitest'
import { initialPolicy } from '../../src/domain/policy/policy.ts'
import { openTemporalClient } from '../../src/temporal/connection.ts'
import { checksOf, openReceiver, saying } from '../api/checks/receiver.ts'
import { policyWith } from '../api/plans/planning.ts'
import { done } from '../api/rollouts/rolling-out.ts'
import { eventually } from '../faults/support/eventually.ts'
import {
  askFor,
  createValueSet,
  decideAs,
  type FourPeople,
  fourPeople,
  openDeployment,
  type PromotionAnswer,
  promote,
  reachState,
} from '../support/deployment.ts'
import { breakGlassPolicy, overridden, people, reviewAs } from '../support/overriding.ts'

const receiver = await openReceiver()
const key = new Uint8Array(32).fill(9)
const hosts = [{ host: '127.0.0.1', port: receiver.port, plaintext: true }]
const api = await openDeployment([], undefined, { checks: { key, hosts } })
const { client } = openTemporalClient(api.temporal)
const folder = fileURLToPath(new URL('../histories/', import.meta.url))

async function keep(name: string, workflowId: string): Promise<void> {
  const handle = client.workflow.getHandle(workflowId)
  await handle.result()
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    `${folder}${name}.json`,
    `${JSON.stringify(JSON.parse(historyToJSON(await handle.fetchHistory())), null, 1)}\n`,
  )
}

/** Takes live what is in use. */
async function completed(organization: FourPeople, promotion: PromotionAnswer): Promise<void> {
  expect((await done(api, organization, promotion, 'complete')).state).toBe('live')
}

test('histories are recorded from real runs', async () => {
  const organization = await api.newOrganization({ people: fourPeople })
  const { requester, anna } = organization.people
  const promoted = await promote(api, organization, [await createValueSet(api, organization)])
  await keep('promoted', `promotion/${promoted.id}`)
  await api.expectStatus(200, `/v1/promotions/${promoted.id}/rollout/activate`, {
    key: anna.keys.production,
    method: 'POST',
    headers: { 'If-Match': '"pending_activation"' },
  })
  await completed(organization, promoted)
  await keep('live', `rollout/${promoted.id}`)
  const rejected = await askFor(api, organization, [await createValueSet(api, organization)])
  expect((await decideAs(api, anna, rejected, 'reject')).status).toBe(201)
  await reachState(api, organization, rejected, 'rejected')
  await keep('rejected', `promotion/${rejected.id}`)
  const withdrawn = await askFor(api, organization, [await createValueSet(api, organization)])
  await api.expectStatus(200, `/v1/promotions/${withdrawn.id}/withdraw`, {
    key: requester.keys.staging,
    body: { reason: 'Needs another look' },
  })
  await keep('withdrawn', `promotion/${withdrawn.id}`)
  const workflowId = 'drift-sweep'
  await client.workflow.start('driftSweepWorkflow', { workflowId, taskQueue: 'control', args: [{}] })
  await keep('swept', workflowId)
})

test('the history of an automatic activation is recorded', async () => {
  const rules = initialPolicy.rules.map((rule) => ({ ...rule, activation: 'automatic' as const }))
  const organization = await api.newOrganization({ people: fourPeople, policy: { rules } })
  const promoted = await promote(api, organization, [await createValueSet(api, organization)])
  await eventually('it is in use', async () => {
    const { state } = await api.expectStatus<{ state: string }>(
      200,
      `/v1/promotions/${promoted.id}/rollout`,
      {
        key: organization.people.anna.keys.production,
      },
    )
    return state === 'active'
  })
  await completed(organization, promoted)
  await keep('activated-by-plan', `rollout/${promoted.id}`)
})

test('the history of a rollout is recorded whose checklist was confirmed, and that went back', async () => {
  const policy = policyWith({ validation: { checklist: ['One order goes through'], soak: 'PT1S' } })
  const organization = await api.newOrganization({ people: fourPeople, policy })
  const promoted = await promote(api, organization, [await createValueSet(api, organization)])
  await done(api, organization, promoted, 'activate')
  await done(api, organization, promoted, 'confirm', { body: { check: 'One order goes through' } })
  await done(api, organization, promoted, 'rollback', { body: { reason: 'The night shift lost orders' } })
  await keep('rolled-back', `rollout/${promoted.id}`)
})

test('the history of a review is recorded, given after its deadline was missed', async () => {
  const organization = await api.newOrganization({ people, policy: breakGlassPolicy('PT2S') })
  const asked = await overridden(api, organization)
  const { rows } = await api.testStores
    .superuser('control')
    .query<{ id: string }>('SELECT id FROM override_review WHERE promotion = $1', [asked.id])
  await eventually('the deadline is missed', async () => {
    const missed = "SELECT FROM override_review WHERE promotion = $1 AND state = 'overdue'"
    return (await api.testStores.superuser('control').query(missed, [asked.id])).rowCount === 1
  })
  expect((await reviewAs(api, organization.people.anna, asked)).status).toBe(201)
  await keep('reviewed', `review/${rows[0]?.id}`)
})

test('the history of a promotion is recorded whose check was asked before it was planned', async () => {
  const policy = policyWith({ checks: checksOf(receiver.check(saying())) })
  const organization = await api.newOrganization({ people: fourPeople, policy })
  const promoted = await promote(api, organization, [await createValueSet(api, organization)])
  await keep('checked', `promotion/${promoted.id}`)
})
