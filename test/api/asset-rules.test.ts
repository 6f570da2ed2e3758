import { describe, expect, test } from 'vitest'
import type { JsonObject, JsonValue } from '../../src/domain/json.ts'
import { type Asset, type Problem, tagOf } from '../services/assets/samples.ts'
import { verifiedLog } from '../services/assets/store-log.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const api = openApi(stores)

const source = '0b8f6a3e-51c2-4d19-9a77-2f4c8e6d1b03'
const destination = '0b8f6a3e-51c2-4d19-9a77-2f4c8e6d1b04'

async function newOrganization() {
  const made = await api.newOrganization({
    people: { engineer: { development: 'engineer', staging: 'engineer', production: 'engineer' } },
  })
  const { engineer } = made.people
  const create = (type: string, content: JsonValue, environment: 'staging' | 'development' = 'staging') =>
    api.request(`/v1/environments/${made.environments[environment]}/assets`, {
      key: engineer.keys[environment],
      body: { type, name: 'One', content },
    })
  const created = async (
    type: string,
    content: JsonValue,
    environment: 'staging' | 'development' = 'staging',
  ) => {
    const response = await create(type, content, environment)
    expect(response.status).toBe(201)
    return (await response.json()) as Asset
  }
  const write = (asset: Asset, content: JsonValue) =>
    api.request(`/v1/assets/${asset.id}`, {
      key: engineer.keys.staging,
      method: 'PUT',
      body: { content },
      headers: { 'If-Match': tagOf(asset) },
    })
  const read = async ({ id }: Asset, version: number) =>
    (
      await api.expectStatus<{ content: JsonObject }>(200, `/v1/assets/${id}/versions/${version}`, {
        key: engineer.keys.staging,
      })
    ).content
  return { ...made, engineer, create, created, write, read }
}

async function problemOf(response: Response, status: number): Promise<Problem> {
  expect(response.status).toBe(status)
  return (await response.json()) as Problem
}

describe('a subscription has one filter', () => {
  const filter = (dataModel: string, value = 'CARD') => ({
    action: 'send',
    rules: [{ path: '$.Department', values: [value], allowList: true }],
    links: [{ source: { id: source }, destination: { id: destination }, dataModel }],
  })

  test('in an environment: a second one is refused and told which the first one is', async () => {
    const { create, created, write } = await newOrganization()
    const first = await created('filter', filter('Scheduling'))
    const refused = await problemOf(await create('filter', filter('Scheduling', 'CATH')), 422)
    expect(refused.errors).toEqual([
      { pointer: '/content/links/0', message: `is taken by asset ${first.id}` },
    ])
    const second = await created('filter', filter('Results'))
    expect((await write(second, filter('Scheduling'))).status).toBe(422)
    expect((await write(first, filter('Scheduling', 'CATH'))).status).toBe(200)
    await created('filter', filter('Scheduling'), 'development')
  })

  test('until the first one is deleted or linked elsewhere', async () => {
    const { created, write, engineer } = await newOrganization()
    const first = await created('filter', filter('Scheduling'))
    expect((await write(first, { ...filter('Scheduling'), links: [] })).status).toBe(200)
    const second = await created('filter', filter('Scheduling'))
    await api.expectStatus(204, `/v1/assets/${second.id}`, { key: engineer.keys.staging, method: 'DELETE' })
    await created('filter', filter('Scheduling'))
  })

  test('also of ten that are made at once', async () => {
    const { create } = await newOrganization()
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => create('filter', filter('Scheduling', `CARD-${index}`))),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(9).fill(422)])
  })
})

test('as many assets may refer to one as their type says', async () => {
  const { people, create, created } = await newOrganization()
  const body = {
    schema: { type: 'object' },
    promotable: true,
    references: [{ pointer: '/source', types: ['source'], required: true }],
    bindings: [],
    secrets: [],
    immutable: [],
    cardinality: { pointer: '/source', maximum: 2 },
  }
  const key = people.owner.keys.organization
  await api.expectStatus(200, '/v1/asset-types/probe', { key, method: 'PUT', body })
  const probes = [await created('probe', { source, place: 1 }), await created('probe', { source, place: 2 })]
  const refused = await problemOf(await create('probe', { source, place: 3 }), 422)
  expect(refused.errors?.[0]?.pointer).toBe('/content/source')
  for (const { id } of probes) expect(refused.errors?.[0]?.message).toContain(id)
  await created('probe', { source: destination, place: 3 })
})

describe('a link that a partner owns', () => {
  const link = {
    location: 'source-request',
    sourceId: source,
    destinationId: destination,
    dataModel: 'Results',
    eventTypes: null,
    ownedBy: 'source',
  }
  const ours = { ...link, id: 'ours' }
  const theirs = { ...link, id: 'theirs', partnerOwned: true, location: 'destination-request' }
  const stub = { id: 'theirs', partnerOwned: true }
  const modifier = (selector: string, ...links: readonly JsonObject[]) => ({
    flavor: 'delete',
    selector,
    links,
  })

  test('may come with its asset, and shows no more than its id from then on', async () => {
    const { created, read, id } = await newOrganization()
    const asset = await created('configModifier', modifier('$.A', ours, theirs))
    expect(await read(asset, 1)).toEqual(modifier('$.A', ours, stub))
    expect(JSON.stringify(await verifiedLog(stores, 'staging', id))).not.toContain('destination-request')
  })

  test('is sent back as it is shown, and keeps its detail', async () => {
    const { created, write, read, id } = await newOrganization()
    const asset = await created('configModifier', modifier('$.A', ours, theirs))
    const written = await write(asset, modifier('$.B', stub, ours))
    expect(written.status).toBe(200)
    expect(await read(asset, 2)).toEqual(modifier('$.B', stub, ours))
    const { rows } = await stores
      .superuser('staging')
      .query(
        "SELECT convert_from(bytes, 'UTF8')::jsonb AS content FROM content WHERE organization = $1 AND encode(digest, 'hex') = $2",
        [id, ((await written.json()) as Asset).digest],
      )
    expect(rows).toEqual([{ content: modifier('$.B', theirs, ours) }])
  })

  test('shows no detail in what restoring an older version would change', async () => {
    const { created, write, engineer } = await newOrganization()
    const asset = await created('configModifier', modifier('$.A', ours, theirs))
    expect((await write(asset, modifier('$.B', stub, ours))).status).toBe(200)
    const shown = await api.request(`/v1/assets/${asset.id}/restore?dryRun=true`, {
      key: engineer.keys.staging,
      body: { version: 1 },
    })
    expect(shown.status).toBe(200)
    const text = await shown.text()
    expect(text).toContain('/links/0')
    expect(text).not.toContain('destination-request')
  })

  test('is neither added, changed nor removed', async () => {
    const { created, write } = await newOrganization()
    const asset = await created('configModifier', modifier('$.A', ours, theirs))
    for (const links of [
      [ours],
      [ours, { ...theirs, location: 'source-response' }],
      [ours, { ...theirs, partnerOwned: false }],
      [ours, stub, { ...theirs, id: 'more' }],
    ]) {
      const refused = await problemOf(await write(asset, modifier('$.A', ...links)), 403)
      expect(refused.code).toBe('partner-owned')
      expect(refused.errors?.length).toBeGreaterThan(0)
    }
  })

  const ends = { source: { id: source }, destination: { id: destination } }
  const filtering = (...links: readonly JsonObject[]) => ({
    action: 'send',
    rules: [{ path: '$.Department', values: ['CARD'], allowList: true }],
    links,
  })
  const filtered = { ...ends, id: 'theirs', dataModel: 'Results' }

  test.each([
    ['configModifier', modifier('$.A', ours, theirs), '/content/links/1', modifier('$.A', ours)],
    ['filter', filtering({ ...filtered, partnerOwned: true }), '/content/links/0', filtering(filtered)],
  ])(
    'is not deleted with its %s, which is deleted without such a link',
    async (type, shared, pointer, own) => {
      const { created, engineer } = await newOrganization()
      const key = engineer.keys.staging
      const remove = ({ id }: Asset, kind: 'staging' | 'development' = 'staging') =>
        api.request(`/v1/assets/${id}`, { key: engineer.keys[kind], method: 'DELETE' })
      const asset = await created(type, shared)
      const refused = await problemOf(await remove(asset), 403)
      expect(refused).toMatchObject({ code: 'partner-owned', errors: [{ pointer }] })
      const state = await api.expectStatus(200, `/v1/assets/${asset.id}`, { key })
      expect(state).toMatchObject({ deletedAt: null })
      expect((await remove(await created(type, own, 'development'), 'development')).status).toBe(204)
    },
  )

  test('needs an id, by which it is sent back', async () => {
    const { create } = await newOrganization()
    const { id: _, ...nameless } = theirs
    const refused = await problemOf(await create('configModifier', modifier('$.A', nameless)), 422)
    expect(refused.errors?.[0]?.pointer).toBe('/content/links/0')
  })
})
