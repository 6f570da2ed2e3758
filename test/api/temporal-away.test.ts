import { expect, test } from 'vitest'
import { openApi } from '../support/api.ts'
import {
  askFor,
  createValueSet,
  decideAs,
  fourPeople,
  openDeployment,
  promotionOf,
  reachState,
} from '../support/deployment.ts'

const api = await openDeployment()
// The same stores, through an API that cannot reach Temporal.
const cutOff = openApi(api.testStores)

test('a request that finds Temporal away is stored, and started by the relay', async () => {
  const organization = await api.newOrganization({ people: fourPeople })
  const staged = await createValueSet(api, organization)
  const asked = await cutOff.expectStatus<Awaited<ReturnType<typeof askFor>>>(202, '/v1/promotions', {
    key: organization.people.requester.keys.staging,
    body: promotionOf(organization, [staged]),
  })
  expect(asked.state).toBe('requested')
  await reachState(api, organization, asked, 'awaiting_approval')
})

test('a decision that finds Temporal away answers with its command, is judged later, and the same key gives the result', async () => {
  const organization = await api.newOrganization({ people: fourPeople })
  const { anna } = organization.people
  const asked = await askFor(api, organization, [await createValueSet(api, organization)])
  const stored = await decideAs(cutOff, anna, asked, 'approve', 'while-away')
  expect(stored.status).toBe(202)
  const command = stored.headers.get('Location') ?? ''
  const stateOf = async () =>
    (await api.expectStatus<{ state: string }>(200, command, { key: anna.keys.production })).state
  await expect.poll(stateOf, { timeout: 15_000 }).toBe('accepted')
  const again = await decideAs(cutOff, anna, asked, 'approve', 'while-away')
  expect([again.status, again.headers.get('Idempotent-Replayed')]).toEqual([201, 'true'])
  const after = await reachState(api, organization, asked, 'awaiting_approval')
  expect(after.decisions).toHaveLength(1)
})
