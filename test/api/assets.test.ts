import { describe, expect, test } from 'vitest'
import { canonicalBytes, digestOf } from '../../src/trust/canonical.ts'
import {
  type Asset,
  destination,
  type Page,
  type Problem,
  tagOf,
  valueSet,
} from '../services/assets/samples.ts'
import { verifiedLog } from '../services/assets/store-log.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const api = openApi(stores)
const staging = stores.superuser('staging')

async function newOrganization() {
  const made = await api.newOrganization({ people: { engineer: { staging: 'engineer' } } })
  const key = made.people.engineer.keys.staging
  return { ...made, key, assets: `/v1/environments/${made.environments.staging}/assets` }
}

describe('an asset of staging', () => {
  test('is created with its first version and read again', async () => {
    const { key, assets, environments, people } = await newOrganization()
    const body = valueSet('I', 'O')
    const response = await api.request(assets, { key, body })
    const created = (await response.json()) as Asset
    expect(response.status).toBe(201)
    expect(response.headers.get('Location')).toBe(`/v1/assets/${created.id}`)
    expect(response.headers.get('ETag')).toBe(tagOf(created))
    expect(created).toMatchObject({
      type: 'valueSet',
      name: body.name,
      environment: environments.staging,
      version: 1,
      digest: digestOf(canonicalBytes(body.content)),
      activeVersion: null,
      missingSecrets: [],
      createdBy: people.engineer.id,
      deletedAt: null,
    })
    const read = await api.request(`/v1/assets/${created.id}`, { key })
    expect(read.headers.get('ETag')).toBe(tagOf(created))
    expect(await read.json()).toEqual(created)
  })

  test('keeps canonical bytes, however they were written', async () => {
    const { key, assets, id } = await newOrganization()
    const body =
      '{ "content": {"values": [ {"value":"\\u0049", "id":"a" } ]}, "name":"N", "type" : "valueSet" }'
    const { digest } = await api.expectStatus<Asset>(201, assets, { key, body })
    const { rows } = await staging.query(
      "SELECT convert_from(bytes, 'UTF8') AS text, encode(digest, 'hex') AS digest FROM content WHERE organization = $1",
      [id],
    )
    expect(rows).toEqual([{ text: '{"values":[{"id":"a","value":"I"}]}', digest }])
  })

  test('is an entry of the log, which verifies and does not hold its name', async () => {
    const { key, assets, id, environments, people } = await newOrganization()
    const asset = await api.expectStatus<Asset>(201, assets, { key, body: valueSet('I') })
    const [entry, ...more] = await verifiedLog(stores, 'staging', id)
    expect(more).toEqual([])
    expect(entry).toMatchObject({ type: 'asset.created', subject: `asset/${asset.id}` })
    expect(entry?.data).toEqual({
      actor: { person: people.engineer.id, via: 'key', key: expect.any(String) },
      asset: asset.id,
      assetType: 'valueSet',
      digest: asset.digest,
      environment: environments.staging,
      version: 1,
      outcome: 'success',
      details: { nameText: { text: expect.any(String), commitment: expect.any(String) } },
    })
  })

  test('may refer to assets that do not exist yet, and says which secrets are missing', async () => {
    const { key, assets } = await newOrganization()
    const content = {
      ...destination.content,
      authCredential: '018f0000-0000-7000-8000-00000000000e',
      hasVerificationToken: true,
    }
    const asset = await api.expectStatus<Asset>(201, assets, { key, body: { ...destination, content } })
    expect(asset.missingSecrets).toEqual(['/verificationToken'])
  })

  test('is deleted once, keeps its versions, and is written no more', async () => {
    const { key, assets, id } = await newOrganization()
    const asset = await api.expectStatus<Asset>(201, assets, { key, body: valueSet('I') })
    const path = `/v1/assets/${asset.id}`
    const stale = await api.request(path, { key, method: 'DELETE', headers: { 'If-Match': '"2-x"' } })
    expect(stale.status).toBe(412)
    await api.expectStatus(204, path, { key, method: 'DELETE' })
    await api.expectStatus(204, path, { key, method: 'DELETE' })
    expect((await api.expectStatus<Asset>(200, path, { key })).deletedAt).not.toBeNull()
    expect(await api.expectStatus(200, `${path}/versions/1`, { key })).toMatchObject({ version: 1 })
    const write = { key, method: 'PUT', body: valueSet('O'), headers: { 'If-Match': tagOf(asset) } }
    const { content } = write.body
    const refused = await api.expectStatus<Problem>(409, path, { ...write, body: { content } })
    expect(refused.code).toBe('illegal-state')
    const listed = (query: string) => api.expectStatus<Page<Asset>>(200, `${assets}${query}`, { key })
    expect((await listed('')).data).toEqual([])
    expect((await listed('?deleted=true')).data).toHaveLength(1)
    expect((await verifiedLog(stores, 'staging', id)).map(({ type }) => type)).toEqual([
      'asset.created',
      'asset.deleted',
    ])
  })
})

describe('a list of assets', () => {
  test('is newest first, filtered, and paged without skipping or repeating while it grows', async () => {
    const { key, assets } = await newOrganization()
    const created: string[] = []
    for (const value of ['A', 'B', 'C', 'D', 'E']) {
      const body = { ...valueSet(value), name: value }
      created.unshift((await api.expectStatus<Asset>(201, assets, { key, body })).id)
    }
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`
      const page: Page<Asset> = await api.expectStatus(200, `${assets}?limit=2${query}`, { key })
      seen.push(...page.data.map(({ id }) => id))
      cursor = page.nextCursor
      await api.expectStatus(201, assets, { key, body: valueSet('later') })
    }
    expect(seen).toEqual(created)
    const listed = (query: string) => api.expectStatus<Page<Asset>>(200, `${assets}?${query}`, { key })
    expect((await listed('name=C')).data.map(({ name }) => name)).toEqual(['C'])
    expect((await listed('type=filter')).data).toEqual([])
    expect((await listed('active=true')).data).toEqual([])
    expect((await listed('active=false&name=C')).data).toHaveLength(1)
    expect(await api.expectStatus<Problem>(400, `${assets}?colour=red`, { key })).toMatchObject({
      code: 'unknown-parameter',
    })
    expect(await api.expectStatus<Problem>(400, `${assets}?active=maybe`, { key })).toMatchObject({
      code: 'invalid-parameter',
    })
  })
})

describe('a repeated creation', () => {
  test('is answered as the first time, and a reused key is refused', async () => {
    const { key, assets } = await newOrganization()
    const first = { key, body: valueSet('I'), idempotencyKey: 'once' }
    const created = await api.expectStatus<Asset>(201, assets, first)
    const again = await api.request(assets, first)
    expect(again.status).toBe(201)
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await again.json()).toEqual(created)
    const other = await api.expectStatus<Problem>(422, assets, { ...first, body: valueSet('O') })
    expect(other.code).toBe('idempotency-key-reused')
    const without = await api.expectStatus<Problem>(400, assets, { ...first, idempotencyKey: null })
    expect(without.code).toBe('idempotency-key-missing')
  })

  test('makes one asset and one entry, of fifty at once', async () => {
    const { key, assets, id } = await newOrganization()
    const request = { key, body: valueSet('I'), idempotencyKey: 'fifty' }
    const answers = await Promise.all(Array.from({ length: 50 }, () => api.request(assets, request)))
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(201))
    const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as Asset).id))
    expect(new Set(ids).size).toBe(1)
    expect(answers.filter((answer) => answer.headers.get('Idempotent-Replayed') === null)).toHaveLength(1)
    expect(await verifiedLog(stores, 'staging', id)).toHaveLength(1)
  })
})

describe('the asset types', () => {
  test('are listed by name, page by page, and read one by one', async () => {
    const { key } = await newOrganization()
    const first = await api.expectStatus<Page<{ name: string }>>(200, '/v1/asset-types?limit=8', { key })
    const rest = await api.expectStatus<Page<{ name: string }>>(
      200,
      `/v1/asset-types?limit=8&cursor=${first.nextCursor}`,
      { key },
    )
    const names = [...first.data, ...rest.data].map(({ name }) => name)
    expect(names).toHaveLength(15)
    expect(names).toEqual(names.toSorted())
    const response = await api.request('/v1/asset-types/authCredential', { key })
    expect(response.headers.get('ETag')).toMatch(/^"[0-9a-f]+"$/)
    expect(await response.json()).toMatchObject({
      promotable: false,
      secrets: ['/clientSecret', '/accessKey', '/secretKey', '/sessionToken'],
    })
    expect((await api.expectStatus<Problem>(404, '/v1/asset-types/spell', { key })).code).toBe('not-found')
  })
})
