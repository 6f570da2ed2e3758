import { expect, test } from 'vitest'
import { type AssetId, identifier } from '../../src/domain/identifiers.ts'
import { draftPlan } from '../../src/services/promotions/preflight/draft-plan.ts'
import { freezePins } from '../../src/services/promotions/preflight/freeze-pins.ts'
import { type Problem, tagOf } from '../services/assets/samples.ts'
import { verifiedLog } from '../services/assets/store-log.ts'
import { openApi, type TestApi } from '../support/api.ts'
import {
  type AssetAnswer,
  askFor,
  createValueSet,
  decideAs,
  type FourPeople,
  fourPeople,
  openDeployment,
  type PromotionAnswer,
  promote,
  promotionOf,
  reachState,
} from '../support/deployment.ts'
import { openStores } from '../support/stores.ts'

const api = await openDeployment()
const stores = api.testStores
// What is asked here waits: the workflow service is away, and nobody works on these databases.
const idle = await openStores()
const waiting = openApi(idle)

async function erase(
  { expectStatus }: TestApi,
  { people }: FourPeople,
  { id, version }: { readonly id: AssetId; readonly version: number },
  kind: 'staging' | 'production' = 'staging',
): Promise<void> {
  const second = kind === 'staging' ? people.editor : people.anna
  for (const person of [people.requester, second]) {
    await expectStatus(200, `/v1/assets/${id}/versions/${version}/erase`, {
      key: person.keys[kind],
      body: { reason: 'It names a patient.' },
    })
  }
}

/** Who holds the bytes of a value set still, by the word that stands in them. */
async function holders(word: string, of = stores): Promise<readonly string[]> {
  const found: string[] = []
  for (const store of ['control', 'staging', 'production'] as const) {
    const { rowCount } = await of
      .superuser(store)
      .query("SELECT FROM content WHERE position(convert_to($1, 'UTF8') IN bytes) > 0", [word])
    if (rowCount) found.push(store)
  }
  return found
}

test('a version that was erased cannot be asked for, and another one can', async () => {
  const organization = await api.newOrganization({ people: fourPeople })
  const asset = await createValueSet(api, organization, ['erased'])
  await erase(api, organization, asset)
  const { requester } = organization.people
  const response = await api.request('/v1/promotions', {
    key: requester.keys.staging,
    body: promotionOf(organization, [asset]),
  })
  expect([response.status, (await response.json()) as Problem]).toMatchObject([
    409,
    { code: 'illegal-state', errors: [{ pointer: '/promotingAssets/0/version' }] },
  ])
  const next = await api.expectStatus<AssetAnswer>(200, `/v1/assets/${asset.id}`, {
    key: requester.keys.staging,
    method: 'PUT',
    headers: { 'If-Match': tagOf(asset) },
    body: { content: { values: [{ value: 'clean' }] } },
  })
  expect((await askFor(api, organization, [next])).state).toBe('awaiting_approval')
})

test('a version that is erased before it was frozen makes a plan with a blocker', async () => {
  const organization = await waiting.newOrganization({ people: fourPeople })
  const asset = await createValueSet(waiting, organization, ['erased early'])
  const { id } = await waiting.expectStatus<PromotionAnswer>(202, '/v1/promotions', {
    key: organization.people.requester.keys.staging,
    body: promotionOf(organization, [asset]),
  })
  await erase(waiting, organization, asset)
  const reference = { organization: organization.id, promotion: id, revision: 1 }
  const control = idle.pool('control', 'worker_staging')
  await freezePins({ control, source: idle.pool('staging', 'worker_staging') }, reference)
  const drafted = await draftPlan(idle.pool('control', 'worker_control'), reference, [])
  expect(drafted?.blockers).toBe(1)
  const { rows } = await idle
    .superuser('control')
    .query("SELECT convert_from(plan, 'UTF8')::jsonb AS plan FROM plan_draft WHERE promotion = $1", [id])
  expect(rows[0].plan.findings).toMatchObject([
    { rule: 'content-erased', severity: 'blocker', asset: asset.id },
  ])
  expect(await holders('erased early', idle)).toEqual([])
})

test('what is erased after its approval never lands', async () => {
  const organization = await api.newOrganization({ people: fourPeople })
  const asset = await createValueSet(api, organization, ['erased late'])
  const asked = await askFor(api, organization, [asset])
  const { anna, ben } = organization.people
  expect((await decideAs(api, anna, asked)).status).toBe(201)
  await erase(api, organization, asset)
  expect(await holders('erased late')).toEqual([])
  expect((await decideAs(api, ben, asked)).status).toBe(201)
  expect(await reachState(api, organization, asked, 'changes_requested')).toMatchObject({
    failure: 'newly-blocked',
  })
  expect(await holders('erased late')).toEqual([])
  for (const store of ['control', 'staging', 'production'] as const) {
    await verifiedLog(stores, store, organization.id)
  }
})

test('a version in use in production may be erased, and the answer says that it is in use', async () => {
  const organization = await api.newOrganization({ people: fourPeople })
  const asset = await createValueSet(api, organization, ['erased in use'])
  const promoted = await promote(api, organization, [asset])
  const { anna, requester } = organization.people
  const key = anna.keys.production
  await api.expectStatus(200, `/v1/promotions/${promoted.id}/rollout/activate`, {
    key,
    method: 'POST',
    headers: { 'If-Match': '"pending_activation"' },
  })
  const target = promoted.items[0]?.target?.id
  if (target === undefined) throw new Error('nothing landed')
  const read = () => api.expectStatus<AssetAnswer>(200, `/v1/assets/${target}`, { key })
  await expect.poll(async () => (await read()).activeVersion, { timeout: 20_000 }).toBe(1)
  const path = `/v1/assets/${target}/versions/1/erase`
  const body = { reason: 'It names a patient.' }
  const proposed = await api.expectStatus(200, path, { key: requester.keys.production, body })
  expect(proposed).toMatchObject({ state: 'proposed', active: true, erased: false })
  const confirmed = await api.expectStatus(200, path, { key, body })
  expect(confirmed).toMatchObject({ state: 'confirmed', active: true, erased: true })
  expect(await read()).toMatchObject({ activeVersion: 1, digest: asset.digest })
  // Staging keeps its own version: it is erased there by its own people.
  expect(await holders('erased in use')).toEqual(['staging'])
  await erase(api, organization, { id: identifier(asset.id), version: 1 })
  expect(await holders('erased in use')).toEqual([])
  await api.expectStatus(200, `/v1/promotions/${promoted.id}/plan`, { key })
  for (const store of ['control', 'staging', 'production'] as const) {
    await verifiedLog(stores, store, organization.id)
  }
})
