import { expect, test } from 'vitest'
import { storeKinds } from '../../../src/db/stores.ts'
import type { JsonValue } from '../../../src/domain/json.ts'
import { canonicalBytes, digestOf } from '../../../src/trust/canonical.ts'
import { eventually } from '../../faults/support/eventually.ts'
import { tablesOf } from '../../secrets/canary.ts'
import { openDeployment } from '../../support/deployment.ts'
import { applied } from './applied.ts'
import {
  ask,
  bundleOf,
  carry,
  edit,
  inShort,
  landedContent,
  newTeam,
  preview,
  readPlan,
  refusalOf,
  type StagedAsset,
  stage,
  targetOf,
} from './planning.ts'

const api = await openDeployment()

/** Every row of every database, table by table. */
async function everything(): Promise<Readonly<Record<string, string>>> {
  const tables = await Promise.all(storeKinds.map((kind) => tablesOf(kind, api.testStores.superuser(kind))))
  return Object.fromEntries(tables.flat().map(({ name, text }) => [name, text.split('\n').sort().join('\n')]))
}

/** Waits until the workers have done what they do without being asked: control knows the assets and the keys. */
async function quiet(...assets: readonly StagedAsset[]): Promise<void> {
  const control = api.testStores.superuser('control')
  const ids = assets.map(({ id }) => id)
  await eventually('control knows what there is', async () => {
    const heads = await control.query('SELECT FROM asset_head WHERE asset = ANY ($1)', [ids])
    const keys = await control.query('SELECT FROM sealing_key')
    return heads.rowCount === ids.length && keys.rowCount === 3
  })
}

const webhook = {
  url: 'https://hooks.northlake-staging.health/in',
  eventTypes: ['appointment.created'],
  enabled: false,
}

test('a dry run answers everything, changes nothing, and the plan made later says the same', async () => {
  const organization = await newTeam(api)
  const { people } = organization
  const staged = await stage(api, organization, 'webhookSubscription', webhook)
  const codes = await stage(api, organization, 'valueSet', { values: [{ value: 'A' }] })
  const body = bundleOf(organization, [staged, codes], {
    bindings: [{ asset: staged.id, pointer: '/url', value: 'https://hooks.northlake.test/in' }],
    manifest: {
      endpointsUsed: ['https://else.northlake.health/'],
      webhookEventTypes: ['appointment.created'],
    },
    evidence: [{ kind: 'webhook-payload', asset: staged.id, link: 'https://wiki.northlake.health/tests/7' }],
    acknowledge: [{ rule: 'endpoint-suspicious', asset: staged.id, pointer: '/url' }],
    reviewers: [people.anna.id],
    notBefore: '2999-01-01T00:00:00Z',
  })
  await quiet(staged, codes)
  const before = await everything()
  const told = await preview(api, organization, body)
  expect(await everything()).toEqual(before)

  expect(told).toMatchObject({
    revision: 1,
    requester: people.requester.id,
    contributors: [people.requester.id],
    policy: { version: 1, rule: 1 },
    risk: 'high',
    steps: [{ name: 'approval', required: 2, groups: ['approvers'] }],
    signers: { satisfiable: true, byStep: [{ position: 1, needed: 2, enough: true }] },
    reviewers: [people.anna.id],
    notBefore: '2999-01-01T00:00:00.000Z',
    offers: [],
  })
  expect([...(told.signers.byStep[0]?.able ?? [])].sort()).toEqual(
    [people.editor.id, people.anna.id, people.ben.id].sort(),
  )
  expect(inShort(told)).toEqual(
    expect.arrayContaining(['warning endpoint-suspicious /url', 'warning manifest-difference /url']),
  )
  expect(told.items).toMatchObject([
    { action: 'create', source: { id: staged.id, version: 1, digest: staged.digest }, diff: [{ op: 'add' }] },
    { action: 'create', source: { id: codes.id, version: 1 }, target: { baselineVersion: null } },
  ])
  expect(JSON.stringify(told.items)).not.toContain('northlake.test')

  const asked = await ask(api, organization, body)
  const plan = await readPlan(api, organization, asked)
  for (const member of [
    'findings',
    'dependencies',
    'steps',
    'risk',
    'policy',
    'contributors',
    'manifest',
    'evidence',
    'reviewers',
    'notBefore',
    'activation',
    'expiresAfter',
  ] as const) {
    expect([member, plan[member]]).toEqual([member, told[member]])
  }
  const comparable = ({ items }: Pick<typeof plan, 'items'>) =>
    items.map(({ position, action, source, digest }) => ({ position, action, source, digest }))
  expect(comparable(plan)).toEqual(comparable(told))
})

test('a dry run is refused for whatever the request itself would be refused for', async () => {
  const organization = await newTeam(api)
  const { requester, anna, owner } = organization.people
  const codes = await stage(api, organization, 'valueSet', { values: [{ value: 'A' }] })
  const body = bundleOf(organization, [codes])
  const dry = (asked: object, key = requester.keys.staging) =>
    api.request('/v1/promotions?dryRun=true', { key, body: asked })
  const other = bundleOf(organization, [{ ...codes, type: 'formTemplate' }])
  const later = { ...body, promotingAssets: [{ id: codes.id, type: 'valueSet', version: 9 }] }
  const stranger = { ...body, reviewers: [organization.id] }
  const backwards = { ...body, fromEnvironment: body.toEnvironment, toEnvironment: body.fromEnvironment }
  expect((await refusalOf(await dry(other))).code).toBe('not-found')
  expect(await refusalOf(await dry(later))).toMatchObject({
    code: 'not-found',
    errors: [{ pointer: '/promotingAssets/0/version' }],
  })
  expect(await refusalOf(await dry(stranger))).toMatchObject({
    code: 'invalid-body',
    errors: [{ pointer: '/reviewers/0' }],
  })
  expect((await refusalOf(await dry(backwards))).code).toBe('wrong-direction')
  for (const key of [anna.keys.production, owner.keys.organization]) {
    expect((await dry(body, key)).status).toBeGreaterThanOrEqual(400)
  }
})

test('a version is pinned where it is named and the newest one where it is not, whatever staging does next', async () => {
  const organization = await newTeam(api)
  const first = await stage(api, organization, 'valueSet', { values: [{ value: 'A' }] })
  const second = await edit(api, organization, first, { values: [{ value: 'B' }] })
  const newest = await preview(api, organization, bundleOf(organization, [first]))
  expect(newest.items).toMatchObject([{ source: { version: 2, digest: second.digest } }])
  const older = {
    ...bundleOf(organization, []),
    promotingAssets: [{ id: first.id, type: 'valueSet', version: 1 }],
  }
  expect((await preview(api, organization, older)).items).toMatchObject([
    { source: { version: 1, digest: first.digest } },
  ])
  const asked = await ask(api, organization, bundleOf(organization, [first]))
  await edit(api, organization, first, { values: [{ value: 'C' }] })
  const plan = await readPlan(api, organization, asked)
  expect(plan.items).toMatchObject([{ source: { version: 2 }, content: { values: [{ value: 'B' }] } }])
})

test('the difference, applied to what production holds, gives exactly the bytes that are signed', async () => {
  const organization = await newTeam(api)
  const contents: readonly Record<string, JsonValue>[] = [
    { keep: 1, gone: [1, 2, 3], list: ['a', 'b', 'c', 'd'], deep: { x: { y: null } }, 'a/b~c': true },
    { keep: 1, list: ['a', 'x'], deep: { x: { y: [], z: 'new' } }, 'a/b~c': false, added: { n: [1] } },
    { list: [{ a: 1 }, 'x', 'y'], deep: 'text', constructor: 'data', toString: { kept: true } },
  ]
  const [begun, ...others] = contents
  const staged = await stage(api, organization, 'jsonDocument', begun ?? {})
  const first = await carry(api, organization, bundleOf(organization, [staged]))
  const target = targetOf(first, staged)
  for (const [place, content] of others.entries()) {
    await edit(api, organization, staged, content)
    const asked = await ask(api, organization, bundleOf(organization, [staged]))
    const { items } = await readPlan(api, organization, asked)
    const [item] = items
    const baseline = await landedContent(api, organization, target, place + 1)
    const result = applied(baseline, item?.diff ?? [])
    expect(item).toMatchObject({ action: 'update', target: { id: target, baselineVersion: place + 1 } })
    expect(digestOf(canonicalBytes(result))).toBe(item?.digest)
    await api.expectStatus(200, `/v1/promotions/${asked.id}/withdraw`, {
      key: organization.people.requester.keys.staging,
      body: { reason: 'On to the next one' },
    })
    await carry(api, organization, bundleOf(organization, [staged]))
  }
})

test('what production holds already lands no version, and a bundle of only such is refused', async () => {
  const organization = await newTeam(api)
  const same = await stage(api, organization, 'valueSet', { values: [{ value: 'A' }] })
  const changing = await stage(api, organization, 'valueSet', { values: [{ value: 'B' }] })
  const first = await carry(api, organization, bundleOf(organization, [same, changing]))
  const again = bundleOf(organization, [same, changing])
  const told = await preview(api, organization, again)
  expect(told.items.map(({ action }) => action)).toEqual(['unchanged', 'unchanged'])
  expect(inShort(told)).toEqual(['blocker nothing-to-promote', 'blocker nothing-to-promote'])
  const refused = await api.request('/v1/promotions', {
    key: organization.people.requester.keys.staging,
    body: again,
  })
  expect(await refusalOf(refused)).toMatchObject({
    status: 422,
    code: 'nothing-to-promote',
    errors: [{ pointer: '/promotingAssets/0' }, { pointer: '/promotingAssets/1' }],
  })
  await edit(api, organization, changing, { values: [{ value: 'C' }] })
  const second = await carry(api, organization, again)
  const actions = Object.fromEntries(second.items.map(({ source, action }) => [source.id, action]))
  expect(actions).toEqual({ [same.id]: 'unchanged', [changing.id]: 'updated' })
  const versionOf = async (asset: string) =>
    (
      await api.expectStatus<{ version: number }>(200, `/v1/assets/${asset}`, {
        key: organization.people.anna.keys.production,
      })
    ).version
  expect(await versionOf(targetOf(first, same))).toBe(1)
  expect(await versionOf(targetOf(first, changing))).toBe(2)
})
