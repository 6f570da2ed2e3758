import { expect, test } from 'vitest'
import type { JsonObject, JsonValue } from '../../src/domain/json.ts'
import {
  type AssetAnswer,
  decideAs,
  type FourPeople,
  fourPeople,
  openDeployment,
  type PromotionAnswer,
  promotionOf,
  reachState,
} from '../support/deployment.ts'

const api = await openDeployment()
const { expectStatus, newOrganization } = api

interface Plan {
  readonly items: readonly {
    readonly content: JsonValue
    readonly diff: readonly { readonly pointer: string }[]
  }[]
  readonly findings: readonly { readonly rule: string; readonly severity: string; readonly pointer: string }[]
}

const watcher = {
  schema: {
    type: 'object',
    properties: {
      endpoint: { type: 'string', pattern: '^https://' },
      codes: { type: 'string' },
      enabled: { type: 'boolean' },
      local: { type: 'string' },
      watches: { type: 'array' },
      hasToken: { type: 'boolean' },
    },
    required: ['endpoint', 'codes'],
    additionalProperties: false,
  },
  promotable: true,
  references: [{ pointer: '/codes', types: ['valueSet'], required: true }],
  bindings: ['/endpoint'],
  secrets: ['/token'],
  immutable: [],
  local: ['/local'],
  landsAs: [{ pointer: '/enabled', value: false }],
  partnerOwned: [{ pointer: '/watches/*', flag: 'theirs' }],
  unique: [{ each: '', members: ['/codes'] }],
}

async function withWatchers(): Promise<FourPeople> {
  const organization = await newOrganization({ people: fourPeople })
  const key = organization.people.owner.keys.organization
  await expectStatus(200, '/v1/asset-types/watcher', { key, method: 'PUT', body: watcher })
  return organization
}

function createAsset(
  { environments, people }: FourPeople,
  type: string,
  content: JsonObject,
): Promise<AssetAnswer> {
  return expectStatus<AssetAnswer>(201, `/v1/environments/${environments.staging}/assets`, {
    key: people.requester.keys.staging,
    body: { type, name: 'One', content },
  })
}

// Nobody deletes what a partner owns a part of.
async function deletePastEveryRule({ id }: AssetAnswer): Promise<void> {
  await api.testStores.superuser('staging').query('UPDATE asset SET deleted_at = now() WHERE id = $1', [id])
}

async function ask(organization: FourPeople, body: object): Promise<PromotionAnswer> {
  return expectStatus<PromotionAnswer>(202, '/v1/promotions', {
    key: organization.people.requester.keys.staging,
    body,
    headers: { Prefer: 'wait=20' },
  })
}

function planOf({ people }: FourPeople, { id }: PromotionAnswer): Promise<Plan> {
  return expectStatus<Plan>(200, `/v1/promotions/${id}/plan`, { key: people.anna.keys.production })
}

function bundleOf(organization: FourPeople, codes: AssetAnswer, ...watchers: readonly AssetAnswer[]) {
  return {
    ...promotionOf(organization, []),
    promotingAssets: [
      { id: codes.id, type: 'valueSet' },
      ...watchers.map(({ id }) => ({ id, type: 'watcher' })),
    ],
    bindings: watchers.map(({ id }) => ({
      asset: id,
      pointer: '/endpoint',
      value: 'https://live.hospital.org/',
    })),
    manifest: { endpointsUsed: ['https://live.hospital.org/'], expectedDataFlows: 'What it watches is told' },
  }
}

const content = (codes: AssetAnswer) => ({
  endpoint: 'https://staging.example/',
  codes: codes.id,
  enabled: true,
  local: 'here',
  watches: [{ id: 'a', theirs: true, detail: 'hidden' }, { id: 'b' }],
  hasToken: true,
})

test('an asset of an organization’s own type is promoted by the rules of that type', async () => {
  const organization = await withWatchers()
  const codes = await createAsset(organization, 'valueSet', { values: [{ value: 'A' }] })
  const staged = await createAsset(organization, 'watcher', content(codes))
  const asked = await ask(organization, bundleOf(organization, codes, staged))
  const plan = await planOf(organization, asked)
  expect(plan.findings).toEqual([
    expect.objectContaining({ rule: 'secret-missing', severity: 'info', pointer: '/token' }),
    expect.objectContaining({ rule: 'partner-owned', severity: 'info', pointer: '/watches/0' }),
  ])
  for (const person of [organization.people.anna, organization.people.ben]) {
    expect((await decideAs(api, person, asked)).status).toBe(201)
  }
  const promoted = await reachState(api, organization, asked, 'promoted')
  const targetOf = (id: string) => promoted.items.find(({ source }) => source.id === id)?.target?.id
  const landed = await expectStatus<{ content: JsonValue }>(
    200,
    `/v1/assets/${targetOf(staged.id)}/versions/1`,
    { key: organization.people.anna.keys.production },
  )
  const expected = {
    endpoint: 'https://live.hospital.org/',
    codes: targetOf(codes.id),
    enabled: false,
    watches: [{ id: 'b' }],
    hasToken: true,
  }
  expect(landed.content).toEqual(expected)
  expect(plan.items.map((item) => item.content)).toContainEqual(expected)

  // What only one may hold is held in production now: another bundle that would land it is blocked.
  await deletePastEveryRule(staged)
  const another = await createAsset(organization, 'watcher', content(codes))
  const head = async () =>
    (
      await api.testStores
        .superuser('control')
        .query('SELECT FROM asset_head WHERE asset = $1', [targetOf(staged.id)])
    ).rowCount
  await expect.poll(head).toBe(1)
  const { promotingAssets, ...further } = bundleOf(organization, codes, another)
  const blocked = await ask(organization, { ...further, promotingAssets: promotingAssets.slice(1) })
  expect((await planOf(organization, blocked)).findings.map(({ rule }) => rule)).toContain('taken')
})

test('a change of a type waits for the promotions that it would break', async () => {
  const organization = await withWatchers()
  const codes = await createAsset(organization, 'valueSet', { values: [{ value: 'A' }] })
  const staged = await createAsset(organization, 'watcher', content(codes))
  const asked = await ask(organization, bundleOf(organization, codes, staged))
  await deletePastEveryRule(staged)
  const { watches: _, ...properties } = watcher.schema.properties
  const change = () => ({
    key: organization.people.owner.keys.organization,
    method: 'PUT',
    body: { ...watcher, schema: { ...watcher.schema, properties } },
    headers: { 'If-Match': '"1"' },
  })
  const refused = await expectStatus<{ code: string; errors: { message: string }[] }>(
    409,
    '/v1/asset-types/watcher',
    change(),
  )
  expect(refused.code).toBe('type-in-use')
  expect(refused.errors[0]?.message).toContain(`promotion ${asked.id}`)
  expect((await decideAs(api, organization.people.anna, asked, 'reject')).status).toBe(201)
  await reachState(api, organization, asked, 'rejected')
  await expectStatus(200, '/v1/asset-types/watcher', change())
})

test('a local type of an organization is refused with its reason, and written in production by its engineers', async () => {
  const organization = await newOrganization({ people: fourPeople })
  const { people, environments } = organization
  const key = people.owner.keys.organization
  const notPromotableBecause = 'A printer stands in one place.'
  const printer = {
    schema: { type: 'object', properties: { tray: { type: 'integer' } }, additionalProperties: false },
    promotable: false,
    notPromotableBecause,
    references: [],
    bindings: [],
    secrets: [],
    immutable: ['/tray'],
    unique: [{ each: '', members: ['/tray'] }],
  }
  await expectStatus(200, '/v1/asset-types/printer', { key, method: 'PUT', body: printer })
  const staged = await createAsset(organization, 'printer', { tray: 1 })
  const refused = await expectStatus<{ code: string; detail: string }>(422, '/v1/promotions', {
    key: people.requester.keys.staging,
    body: promotionOf(organization, [staged], 'printer'),
  })
  expect(refused.code).toBe('not-promotable')
  expect(refused.detail).toContain(notPromotableBecause)
  const assets = `/v1/environments/${environments.production}/assets`
  const inProduction = (tray: number) => ({
    key: people.anna.keys.production,
    body: { type: 'printer', name: 'Front desk', content: { tray } },
  })
  const made = await expectStatus<AssetAnswer>(201, assets, inProduction(1))
  expect(made.version).toBe(1)
  const second = await expectStatus<{ errors: { message: string }[] }>(422, assets, inProduction(1))
  expect(second.errors[0]?.message).toContain(made.id)
  await expectStatus(201, assets, inProduction(2))
})
