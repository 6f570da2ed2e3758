import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { initialPolicy } from '../../../src/domain/policy/policy.ts'
import { decideAs, type FourPeople, openDeployment } from '../../support/deployment.ts'
import { addEnvironment } from '../../support/further-environment.ts'
import { proposing } from '../../support/policies.ts'
import {
  ask,
  bundleOf,
  edit,
  inShort,
  newTeam,
  policyWith,
  preview,
  refusalOf,
  type StagedAsset,
  stage,
} from './planning.ts'

const api = await openDeployment()

const codes = (...values: readonly string[]) => ({ values: values.map((value) => ({ value })) })

const request = ({ people }: FourPeople, body: object, key = people.requester.keys.staging) =>
  api.request('/v1/promotions', { key, body })

const promotionsOf = async ({ people }: FourPeople) =>
  (
    await api.expectStatus<{ data: readonly unknown[] }>(200, '/v1/promotions', {
      key: people.owner.keys.organization,
    })
  ).data.length

test('a version has to have stood in staging for as long as the policy asks, and the finding says from when it will', async () => {
  const organization = await newTeam(api, policyWith({ minimumDwell: 'P1D' }))
  const staged = await stage(api, organization, 'valueSet', codes('A'))
  const body = bundleOf(organization, [staged])
  const told = await preview(api, organization, body)
  expect(inShort(told)).toEqual(['blocker dwell-too-short'])
  expect(told.findings[0]?.message).toMatch(/This one has from \d{4}-\d\d-\d\dT/)
  const staging = api.testStores.superuser('staging')
  await staging.query(
    `INSERT INTO asset_version (organization, asset, version, digest, name, author, entry, created_at)
     SELECT organization, asset, 2, digest, name, author, gen_random_uuid(), now() - interval '25 hours'
     FROM asset_version WHERE asset = $1`,
    [staged.id],
  )
  await staging.query('UPDATE asset SET version = 2 WHERE id = $1', [staged.id])
  expect(inShort(await preview(api, organization, body))).toEqual([])
  await edit(api, organization, staged, codes('B'))
  expect(inShort(await preview(api, organization, body))).toEqual(['blocker dwell-too-short'])
})

test('where the policy names a pilot, the very same version has to be live there first', async () => {
  const organization = await newTeam(api)
  const { people, environments } = organization
  const roles = { requester: 'viewer', anna: 'engineer', ben: 'viewer' } as const
  const pilot = await addEnvironment(api, organization, { name: 'Pilot', kind: 'production' }, roles)
  await api.expectStatus(200, `/v1/environments/${pilot.id}/policy`, proposing(people.owner, initialPolicy))
  await api.expectStatus(
    200,
    `/v1/environments/${environments.production}/policy`,
    proposing(people.owner, policyWith({ pilot: pilot.id })),
  )
  const staged = await stage(api, organization, 'valueSet', codes('A'))
  const body = bundleOf(organization, [staged])
  const lines = async () => inShort(await preview(api, organization, body))
  expect(await lines()).toEqual(['blocker pilot-not-live'])

  const asked = await ask(api, organization, { ...body, toEnvironment: { id: pilot.id } })
  for (const name of ['anna', 'ben'] as const) {
    expect((await decideAs(api, { keys: { production: pilot.keys[name] } }, asked)).status).toBe(201)
  }
  const path = `/v1/promotions/${asked.id}`
  const key = pilot.keys.anna
  const state = async () => (await api.expectStatus<{ state: string }>(200, path, { key })).state
  await expect.poll(state, { timeout: 20_000 }).toBe('promoted')
  expect(await lines()).toEqual(['blocker pilot-not-live'])
  await api.expectStatus(200, `${path}/rollout/activate`, {
    key,
    method: 'POST',
    headers: { 'If-Match': '"pending_activation"' },
  })
  await expect.poll(lines, { timeout: 20_000 }).toEqual([])
  await edit(api, organization, staged, codes('B'))
  expect(await lines()).toEqual(['blocker pilot-not-live'])
})

/** Versions by so many people, as an organization of that size would have written them. */
async function writtenByMany({ id }: FourPeople, { id: asset }: StagedAsset, people: number): Promise<void> {
  const staging = api.testStores.superuser('staging')
  await staging.query(
    `INSERT INTO asset_version (organization, asset, version, digest, name, author, entry)
     SELECT organization, asset, 1 + place, digest, name, author.id, gen_random_uuid()
     FROM asset_version, unnest($3::uuid[]) WITH ORDINALITY AS author(id, place)
     WHERE organization = $1 AND asset = $2 AND version = 1`,
    [id, asset, Array.from({ length: people }, () => randomUUID())],
  )
  await staging.query('UPDATE asset SET version = $2 WHERE id = $1', [asset, 1 + people])
}

test('what more than 100 people contributed to is refused before anybody waits', async () => {
  const organization = await newTeam(api)
  const many = await stage(api, organization, 'valueSet', codes('A'))
  await writtenByMany(organization, many, 100)
  const body = bundleOf(organization, [many])
  expect(inShort(await preview(api, organization, body))).toEqual(['blocker too-many-contributors'])
  expect(await refusalOf(await request(organization, body))).toMatchObject({
    status: 409,
    code: 'illegal-state',
    detail: expect.stringContaining('More than 100 people'),
  })
  expect(await promotionsOf(organization)).toBe(0)
  const few = await stage(api, organization, 'valueSet', codes('B'))
  await writtenByMany(organization, few, 99)
  expect(inShort(await preview(api, organization, bundleOf(organization, [few])))).toEqual([])
})

const approval = (more: object) => ({ name: 'approval', kind: 'approval', approvals: 1, groups: [], ...more })

test('what nobody could approve is refused at once and says which step lacks whom', async () => {
  const organization = await newTeam(api, policyWith({ steps: [approval({ approvals: 5 })] as never }))
  const staged = await stage(api, organization, 'valueSet', codes('A'))
  const body = bundleOf(organization, [staged])
  const told = await preview(api, organization, body)
  expect(inShort(told)).toEqual(['blocker nobody-can-approve'])
  expect(told.signers).toMatchObject({ satisfiable: false, byStep: [{ needed: 5, enough: false }] })
  const refused = await refusalOf(await request(organization, body))
  expect(refused).toMatchObject({
    status: 409,
    code: 'nobody-can-approve',
    errors: [{ pointer: '/promotingAssets/0', message: expect.stringContaining('Step "approval" takes 5') }],
  })
  expect(await promotionsOf(organization)).toBe(0)
})

test('whoever contributed is not counted among those who could approve', async () => {
  const organization = await newTeam(
    api,
    policyWith({ steps: [approval({ approvals: 3, groups: ['approvers'] })] as never }),
  )
  const staged = await stage(api, organization, 'valueSet', codes('A'))
  const body = bundleOf(organization, [staged])
  expect(inShort(await preview(api, organization, body))).toEqual([])
  await api.expectStatus(200, `/v1/assets/${staged.id}`, {
    key: organization.people.editor.keys.staging,
    method: 'PUT',
    body: { content: codes('B') },
    headers: { 'If-Match': '*' },
  })
  expect(inShort(await preview(api, organization, body))).toEqual(['blocker nobody-can-approve'])
})

test('one person counts in one step only, unless the policy says otherwise', async () => {
  const steps = [approval({ name: 'first', approvals: 2 }), approval({ name: 'second', approvals: 3 })]
  const organization = await newTeam(api, policyWith({ steps: steps as never }))
  const staged = await stage(api, organization, 'valueSet', codes('A'))
  const told = await preview(api, organization, bundleOf(organization, [staged]))
  expect(told.signers.byStep.map(({ enough }) => enough)).toEqual([true, true])
  expect(inShort(told)).toEqual(['blocker nobody-can-approve'])
  const lenient = await newTeam(api, policyWith({ steps: steps as never, severalSteps: true }))
  const same = await stage(api, lenient, 'valueSet', codes('A'))
  expect(inShort(await preview(api, lenient, bundleOf(lenient, [same])))).toEqual([])
})
