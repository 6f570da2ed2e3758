import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { openApi } from '../support/api.ts'
import { addEnvironment } from '../support/further-environment.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const api = openApi(stores)
const { request, expectStatus, newOrganization } = api

const organization = await newOrganization({
  people: {
    outsider: { development: 'engineer', organization: 'member' },
    reader: { staging: 'viewer' },
    writer: { staging: 'engineer', organization: 'member' },
    visitor: { staging: 'engineer', production: 'viewer' },
    administrator: { organization: 'admin' },
    auditor: { auditor: true },
  },
})
const elsewhere = await newOrganization()
const { outsider, reader, writer, visitor, administrator, auditor, owner } = organization.people

// Nobody but its owner has a role in it, and it is none of the destinations that an outline shows.
const hidden = await addEnvironment(
  api,
  organization,
  { name: 'Hidden', kind: 'staging' },
  { owner: 'engineer' },
)
const asset = await expectStatus<{ id: string }>(201, `/v1/environments/${hidden.id}/assets`, {
  key: hidden.keys.owner,
  body: { type: 'valueSet', name: 'Hidden codes', content: { values: [{ value: 'A' }] } },
})

/** Whoever may not know of it, each with one of their keys. */
const callers: readonly (readonly [string, string | undefined])[] = [
  ['a member of the organization', outsider.keys.organization],
  ['an engineer of another environment', outsider.keys.development],
  ['a viewer of another staging environment', reader.keys.staging],
  ['an auditor', auditor.keys.organization],
  ['an owner of another organization', elsewhere.people.owner.keys.organization],
  ['an engineer of another organization', elsewhere.people.owner.keys.staging],
]

interface Operation {
  readonly operationId: string
  readonly method: string
  readonly path: string
  readonly takesBody: boolean
}

interface OpenApiDocument {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly operationId: string; readonly requestBody?: unknown }>>>
  >
}

const document = await expectStatus<OpenApiDocument>(200, '/openapi.json')
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(
    ([method, { operationId, requestBody }]): Operation => ({
      operationId,
      method: method.toUpperCase(),
      path,
      takesBody: requestBody !== undefined,
    }),
  ),
)

// Of these routes a body gets as far as the environment; any other has to be refused as one for no environment is.
const content = { values: [{ value: 'B' }] }
const steps = [{ name: 'approval', kind: 'approval', approvals: 1 }]
const bodies: Readonly<Record<string, unknown>> = {
  setEnvironmentMember: { role: 'viewer' },
  setPolicy: { rules: [{ name: 'all', steps, expiresAfter: 'P7D', landWithin: 'PT1M' }] },
  createAsset: { type: 'valueSet', name: 'Another', content },
  writeAssetVersion: { content },
}

const about = operations.filter(({ path }) => /\{(environment|asset)\}/.test(path))

async function refusal(
  operation: Operation,
  ids: { readonly environment: string; readonly asset: string },
  key: string,
) {
  const { operationId, method, takesBody } = operation
  const path = operation.path
    .replace('{environment}', ids.environment)
    .replace('{asset}', ids.asset)
    .replace('{person}', owner.id)
    .replaceAll(/\{(version|field|type)\}/g, '1')
    .replaceAll(/\{\w+\}/g, uuidv7())
  const query = operationId === 'getEnvironmentParity' ? `?with=${organization.environments.development}` : ''
  const response = await request(`${path}${query}`, {
    key,
    method,
    headers: { 'If-Match': '"1"' },
    ...(takesBody ? { body: bodies[operationId] ?? {} } : {}),
  })
  const { instance, ...problem } = (await response.json()) as Record<string, unknown>
  return { status: response.status, problem }
}

test('the routes that are looked at are those of the document', () => {
  const ids = about.map(({ operationId }) => operationId)
  expect(ids).toEqual(
    expect.arrayContaining(['getEnvironment', 'listAssets', 'getAsset', 'getEnvironmentParity']),
  )
  expect(ids).toEqual(expect.arrayContaining(Object.keys(bodies)))
})

test.each(about.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
  '%s answers of an invisible environment what it answers of none',
  async (_, operation) => {
    for (const [, key = ''] of callers) {
      const invisible = await refusal(operation, { environment: hidden.id, asset: asset.id }, key)
      const none = await refusal(operation, { environment: uuidv7(), asset: uuidv7() }, key)

      expect(invisible).toEqual(none)
      const reachesIt = !operation.takesBody || operation.operationId in bodies
      if (reachesIt) expect(invisible).toMatchObject({ status: 404, problem: { code: 'not-found' } })
      else expect(invisible.status).toBeGreaterThanOrEqual(400)
    }
  },
)

test.each(callers)('%s does not find it in any list', async (_, key) => {
  for (const path of ['/v1/environments', '/v1/me', '/v1/api-keys']) {
    const response = await request(path, { key })
    expect(await response.text()).not.toContain(hidden.id)
  }
})

test.each(callers)('%s makes no key of it and asks for no promotion out of it or into it', async (_, key) => {
  const { environments } = organization
  const promotion = (from: string, to: string) => ({
    promotingAssets: [{ id: asset.id, type: 'valueSet' }],
    fromEnvironment: { id: from },
    toEnvironment: { id: to },
    reason: 'Because',
  })
  const attempts = [
    ['/v1/api-keys', (id: string) => ({ name: 'Key', environment: id })],
    ['/v1/promotions', (id: string) => promotion(id, environments.production)],
    ['/v1/promotions', (id: string) => promotion(environments.staging, id)],
  ] as const
  for (const [path, bodyOf] of attempts) {
    const told = async (id: string) => {
      const response = await request(path, { key, body: bodyOf(id) })
      const { instance, ...problem } = (await response.json()) as Record<string, unknown>
      return { status: response.status, problem }
    }
    const invisible = await told(hidden.id)

    expect(invisible).toEqual(await told(uuidv7()))
    expect(invisible.status).toBeGreaterThanOrEqual(400)
  }
})

test('an asset is reached with a key of its own environment alone, never in the path of another', async () => {
  const { staging, production, organization: ofOrganization } = owner.keys
  for (const key of [staging, production, ofOrganization]) {
    expect((await request(`/v1/assets/${asset.id}`, { key })).status).toBe(404)
  }
  const found = await expectStatus<{ data: { id: string }[] }>(
    200,
    `/v1/environments/${organization.environments.staging}/assets`,
    { key: staging },
  )
  expect(found.data).toEqual([])
  const crossing = `/v1/environments/${hidden.id}/assets`
  expect((await request(crossing, { key: staging })).status).toBe(404)
  expect((await request(`/v1/assets/${asset.id}`, { key: hidden.keys.owner })).status).toBe(200)
})

describe('to who writes in staging and has no role in production', () => {
  const { production } = organization.environments
  const keys = [writer.keys.staging ?? '', writer.keys.organization]

  test('production is its id, its name and its kind', async () => {
    for (const key of keys) {
      expect(await expectStatus(200, `/v1/environments/${production}`, { key })).toEqual({
        id: production,
        name: 'production',
        kind: 'production',
        role: null,
        store: null,
        access: { role: null, administer: false, promoteTo: [] },
        organizationFreeze: null,
      })
    }
  })

  test.each(
    about
      .filter(({ path, operationId }) => path.includes('{environment}') && operationId !== 'getEnvironment')
      .map((operation) => [`${operation.method} ${operation.path}`, operation] as const),
  )('%s answers what it answers of no environment', async (_, operation) => {
    for (const key of keys) {
      const outlined = await refusal(operation, { environment: production, asset: asset.id }, key)

      expect(outlined).toEqual(await refusal(operation, { environment: uuidv7(), asset: asset.id }, key))
    }
  })

  test('its members and policy are shown to who administers it, and refused for a key of another environment', async () => {
    for (const path of ['members', 'policy']) {
      const asked = `/v1/environments/${production}/${path}`
      for (const { keys } of [administrator, owner]) {
        expect((await request(asked, { key: keys.organization })).status).toBe(200)
      }
      expect((await request(asked, { key: visitor.keys.staging })).status).toBe(403)
      expect((await request(asked, { key: visitor.keys.production })).status).toBe(200)
      for (const key of keys) expect((await request(asked, { key })).status).toBe(404)
    }
  })
})
