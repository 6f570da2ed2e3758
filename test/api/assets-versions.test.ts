import { describe, expect, test } from 'vitest'
import { type Asset, type Page, type Problem, source, tagOf, valueSet } from '../services/assets/samples.ts'
import { verifiedLog } from '../services/assets/store-log.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const api = openApi(stores)

async function newAsset(body: object = valueSet('I')) {
  const made = await api.newOrganization({
    people: { engineer: { staging: 'engineer' }, second: { staging: 'engineer' } },
  })
  const key = made.people.engineer.keys.staging
  const assets = `/v1/environments/${made.environments.staging}/assets`
  const asset = await api.expectStatus<Asset>(201, assets, { key, body })
  return { ...made, key, asset, path: `/v1/assets/${asset.id}` }
}

function next(key: string | undefined, tag: string, ...values: readonly string[]) {
  const { content } = valueSet(...values)
  return { key, method: 'PUT', body: { content }, headers: { 'If-Match': tag } }
}

interface Version {
  readonly version: number
  readonly author: string
  readonly content?: unknown
}

describe('the next version of an asset', () => {
  test('follows the one that was seen, by whoever writes it', async () => {
    const { asset, path, key, people } = await newAsset()
    const second = people.second.keys.staging
    const response = await api.request(path, next(second, tagOf(asset), 'I', 'O'))
    const written = (await response.json()) as Asset
    expect(response.status).toBe(200)
    expect(response.headers.get('ETag')).toBe(tagOf(written))
    expect(written).toMatchObject({
      id: asset.id,
      version: 2,
      createdBy: people.engineer.id,
      updatedBy: people.second.id,
    })
    const one = await api.request(`${path}/versions/2`, { key })
    expect(one.headers.get('ETag')).toBe(tagOf(written))
    expect(await one.json()).toMatchObject({
      asset: asset.id,
      version: 2,
      digest: written.digest,
      author: people.second.id,
      promotion: null,
      discarded: false,
      content: valueSet('I', 'O').content,
    })
    expect(await api.expectStatus<Version>(200, `${path}/versions/1`, { key })).toMatchObject({
      author: people.engineer.id,
      content: valueSet('I').content,
    })
    await api.expectStatus(404, `${path}/versions/3`, { key })
    await api.expectStatus(404, `${path}/versions/one`, { key })
  })

  test('is none when the content is the same', async () => {
    const { asset, path, key, id } = await newAsset()
    expect(await api.expectStatus(200, path, next(key, tagOf(asset), 'I'))).toEqual({
      ...asset,
      written: false,
    })
    expect(await verifiedLog(stores, 'staging', id)).toHaveLength(1)
  })

  test('needs to know what it follows', async () => {
    const { asset, path, key, id } = await newAsset()
    const { headers: _, ...blind } = next(key, '', 'O')
    expect((await api.expectStatus<Problem>(428, path, blind)).code).toBe('precondition-required')
    const [version, digest] = [asset.version, '0'.repeat(64)]
    for (const tag of [`"${version}-${digest}"`, `W/${tagOf(asset)}`, '"2"']) {
      const refused = await api.expectStatus<Problem>(412, path, next(key, tag, 'O'))
      expect(refused.code).toBe('precondition-failed')
    }
    expect(await api.expectStatus(200, path, next(key, tagOf(asset), 'O'))).toMatchObject({ written: true })
    await api.expectStatus(412, path, next(key, tagOf(asset), 'P'))
    expect(await verifiedLog(stores, 'staging', id)).toHaveLength(2)
  })

  test('is written by one of many at once, and the log stays gapless', async () => {
    const { asset, path, key, id } = await newAsset()
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, place) => api.request(path, next(key, tagOf(asset), `V${place}`))),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(11).fill(412)])
    expect((await api.expectStatus<Asset>(200, path, { key })).version).toBe(2)
    const log = await verifiedLog(stores, 'staging', id)
    expect(log.map(({ type }) => type)).toEqual(['asset.created', 'asset.version-written'])
    expect(log[1]?.data).toMatchObject({ asset: asset.id, assetType: 'valueSet', version: 2 })
  })

  test('keeps what its type marks immutable', async () => {
    const { asset, path, key } = await newAsset(source)
    const body = { content: { serviceRegion: 'AWS_CAN_CENTRAL' } }
    const headers = { 'If-Match': tagOf(asset) }
    const refused = await api.expectStatus<Problem>(422, path, { key, method: 'PUT', body, headers })
    expect(refused).toMatchObject({
      code: 'invalid-body',
      errors: [{ pointer: '/content/serviceRegion' }],
    })
  })

  test('is held to the same rules as the first one', async () => {
    const { asset, path, key } = await newAsset()
    const put = { key, method: 'PUT', headers: { 'If-Match': tagOf(asset) } }
    const broken = await api.expectStatus<Problem>(422, path, { ...put, body: { content: { values: 1 } } })
    expect(broken.errors).toMatchObject([{ pointer: '/content/values' }])
    const named = await api.expectStatus<Problem>(422, path, { ...put, body: { content: {}, name: 'N' } })
    expect(named.code).toBe('unknown-property')
  })
})

test('versions are listed newest first, page by page, without content', async () => {
  const { asset, path, key } = await newAsset()
  let latest = asset
  for (const value of ['B', 'C', 'D']) {
    latest = await api.expectStatus<Asset>(200, path, next(key, tagOf(latest), value))
  }
  const first = await api.expectStatus<Page<Version>>(200, `${path}/versions?limit=3`, { key })
  expect(first.data.map(({ version }) => version)).toEqual([4, 3, 2])
  expect(first.data[0]).not.toHaveProperty('content')
  const query = `limit=3&cursor=${first.nextCursor}`
  const second = await api.expectStatus<Page<Version>>(200, `${path}/versions?${query}`, { key })
  expect(second.data.map(({ version }) => version)).toEqual([1])
  expect(second.nextCursor).toBeNull()
  await api.expectStatus(400, `${path}/versions?cursor=nonsense`, { key })
})
