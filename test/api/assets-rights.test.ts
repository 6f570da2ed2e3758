import { describe, expect, test } from 'vitest'
import { isJsonObject } from '../../src/domain/json.ts'
import {
  type Asset,
  oneOfEachType,
  type Problem,
  source,
  tagOf,
  valueSet,
} from '../services/assets/samples.ts'
import { verifiedLog } from '../services/assets/store-log.ts'
import { openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const api = openApi(stores)

const roles = ['engineer', 'support', 'viewer'] as const

function everywhere(role: (typeof roles)[number]) {
  return { development: role, staging: role, production: role }
}

const organization = await api.newOrganization({
  people: {
    engineer: everywhere('engineer'),
    support: everywhere('support'),
    viewer: everywhere('viewer'),
    stranger: { organization: 'admin' },
  },
})
const { environments, people } = organization

function assetsOf(environment: keyof typeof environments) {
  return `/v1/environments/${environments[environment]}/assets`
}

function keyOf(role: (typeof roles)[number], environment: keyof typeof environments) {
  return people[role].keys[environment]
}

async function denials(): Promise<readonly { readonly subject: string; readonly details: unknown }[]> {
  const log = await verifiedLog(stores, 'control', organization.id)
  return log.flatMap(({ type, subject, data }) =>
    type === 'access.denied' ? [{ subject, details: data.details }] : [],
  )
}

describe('who writes assets in staging and development', () => {
  const ofSupport = ['configModifier', 'filter', 'translationSet', 'valueSet', 'alertRule']

  test.each(oneOfEachType().map((example) => [example.type.name, example] as const))(
    '%s',
    async (name, example) => {
      // A subscription has one filter: filters that several people make of one content are linked to none.
      const content =
        name === 'filter' && isJsonObject(example.content)
          ? { ...example.content, links: [] }
          : example.content
      const body = { type: name, name: example.name, content }
      for (const environment of ['staging', 'development'] as const) {
        const statusOf = async (role: (typeof roles)[number]) =>
          (await api.request(assetsOf(environment), { key: keyOf(role, environment), body })).status
        expect(await statusOf('engineer')).toBe(201)
        expect(await statusOf('support')).toBe(ofSupport.includes(name) ? 201 : 403)
        expect(await statusOf('viewer')).toBe(403)
      }
    },
  )

  test('a role that may not write may not write versions or delete either, and each denial is an entry', async () => {
    const key = keyOf('engineer', 'staging')
    const asset = await api.expectStatus<Asset>(201, assetsOf('staging'), { key, body: source })
    const path = `/v1/assets/${asset.id}`
    const refused = { key: keyOf('support', 'staging') }
    const put = { method: 'PUT', body: { content: source.content }, headers: { 'If-Match': tagOf(asset) } }
    expect((await api.expectStatus<Problem>(403, path, { ...refused, ...put })).code).toBe('forbidden')
    await api.expectStatus(403, path, { key: keyOf('viewer', 'staging'), method: 'DELETE' })
    await api.expectStatus(200, path, refused)
    expect((await denials()).filter(({ subject }) => subject === `asset/${asset.id}`)).toEqual([
      {
        subject: `asset/${asset.id}`,
        details: { code: 'forbidden', operation: 'writeAssetVersion', repeats: 0 },
      },
      { subject: `asset/${asset.id}`, details: { code: 'forbidden', operation: 'deleteAsset', repeats: 0 } },
    ])
  })
})

describe('production', () => {
  const promotable = oneOfEachType().filter(({ type }) => type.promotable)

  test.each(promotable.map((example) => [example.type.name, example] as const))(
    'refuses a %s that does not come by promotion, whoever asks',
    async (type, { name, content }) => {
      const asked = { key: keyOf('engineer', 'production'), body: { type, name, content } }
      const problem = await api.expectStatus<Problem>(403, assetsOf('production'), asked)
      expect(problem.code).toBe('promotion-only')
    },
  )

  test('logs the denial, and counts its repeats instead of logging them', async () => {
    const subject = `environment/${environments.production}`
    const found = (await denials()).filter((denial) => denial.subject === subject)
    expect(found).toMatchObject([{ details: { code: 'promotion-only', operation: 'createAsset' } }])
  })

  test('lets only engineers write what is local, and nobody delete', async () => {
    for (const role of ['support', 'viewer'] as const) {
      const asked = { key: keyOf(role, 'production'), body: source }
      expect((await api.expectStatus<Problem>(403, assetsOf('production'), asked)).code).toBe('forbidden')
    }
    const unknown = '018f0000-0000-7000-8000-00000000000e'
    await api.expectStatus(404, `/v1/assets/${unknown}`, {
      key: keyOf('engineer', 'production'),
      method: 'DELETE',
    })
  })
})

describe('whoever may not see an asset', () => {
  test('does not learn that it exists', async () => {
    const asked = { key: keyOf('engineer', 'staging'), body: valueSet('I') }
    const asset = await api.expectStatus<Asset>(201, assetsOf('staging'), asked)
    const elsewhere = await api.newOrganization()
    const keys = [
      keyOf('engineer', 'production'),
      keyOf('engineer', 'development'),
      people.engineer.keys.organization,
      people.owner.keys.organization,
      elsewhere.people.owner.keys.staging,
    ]
    const path = `/v1/assets/${asset.id}`
    const headers = { 'If-Match': tagOf(asset) }
    for (const key of keys) {
      const { content } = valueSet('O')
      for (const [place, more] of [
        [path, {}],
        [`${path}/versions`, {}],
        [`${path}/versions/1`, {}],
        [path, { method: 'PUT', body: { content }, headers }],
        [path, { method: 'DELETE' }],
        [assetsOf('staging'), {}],
        [assetsOf('staging'), { body: valueSet('O') }],
      ] as const) {
        const problem = await api.expectStatus<Problem>(404, place, { key, ...more })
        expect(problem.code).toBe('not-found')
      }
    }
    await api.expectStatus(401, path)
  })

  test('has lost sight of it with the role', async () => {
    const key = keyOf('viewer', 'development')
    await api.expectStatus(200, assetsOf('development'), { key })
    const member = `/v1/environments/${environments.development}/members/${people.viewer.id}`
    await api.expectStatus(204, member, { key: people.owner.keys.organization, method: 'DELETE' })
    await api.expectStatus(404, assetsOf('development'), { key })
  })

  test('or whose key is limited to other acts, is told so', async () => {
    const { secret } = await api.expectStatus<{ secret: string }>(201, '/v1/api-keys', {
      key: people.engineer.keys.organization,
      body: { name: 'reader', environment: environments.staging, scopes: ['assets:read'] },
    })
    await api.expectStatus(200, assetsOf('staging'), { key: secret })
    const refused = await api.expectStatus<Problem>(403, assetsOf('staging'), {
      key: secret,
      body: valueSet('I'),
    })
    expect(refused.code).toBe('forbidden')
  })
})
