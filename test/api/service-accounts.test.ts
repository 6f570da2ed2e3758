import { describe, expect, test } from 'vitest'
import { valueSet } from '../services/assets/samples.ts'
import { type ApiRequest, openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const api = openApi(await openStores())

type Role = 'engineer' | 'support' | 'viewer'

interface Answer {
  readonly code?: string
  readonly detail?: string
  readonly errors?: readonly { readonly pointer: string }[]
}

async function told(path: string, request: ApiRequest): Promise<Answer & { readonly status: number }> {
  const response = await api.request(path, request)
  const text = await response.text()
  return { status: response.status, ...(text === '' ? {} : (JSON.parse(text) as Answer)) }
}

/** Somebody, an account of theirs, and how the roles of both in staging change. */
async function pipeline(owners: Role | null) {
  const organization = await api.newOrganization({
    people: { anna: owners === null ? {} : { staging: owners } },
  })
  const { anna, owner } = organization.people
  const administrator = owner.keys.organization
  const { staging, production } = organization.environments
  const account = await api.expectStatus<{ id: string }>(201, `/v1/organizations/${organization.id}/people`, {
    key: administrator,
    body: { kind: 'service', name: 'Pipeline', owner: anna.id },
  })
  const members = `/v1/environments/${staging}/members`
  const give = (person: string, role: Role | null) => {
    const key = administrator
    const change = role === null ? { method: 'DELETE' } : { method: 'PUT', body: { role } }
    return told(`${members}/${person}`, { key, ...change })
  }
  const asked = { name: 'pipeline', environment: staging, account: account.id }
  const makeKey = () => told('/v1/api-keys', { key: anna.keys.organization, body: asked })
  const key = async () => ((await makeKey()) as unknown as { readonly secret: string }).secret
  const shown = async () => {
    const list = await api.expectStatus<{ data: readonly { person: string }[] }>(200, members, {
      key: administrator,
    })
    return list.data.find(({ person }) => person === account.id)
  }
  const assets = `/v1/environments/${staging}/assets`
  return { account: account.id, anna, staging, production, assets, give, makeKey, key, shown }
}

describe('a service account is given', () => {
  test.each([
    ['support', 'engineer'],
    ['viewer', 'engineer'],
    ['viewer', 'support'],
    [null, 'viewer'],
  ] as const)("no role that is wider than its owner's: %s, not %s", async (owners, asked) => {
    const { account, give, shown } = await pipeline(owners)
    const refused = await give(account, asked)
    expect(refused).toMatchObject({ status: 403, code: 'forbidden', errors: [{ pointer: '/role' }] })
    expect(refused.detail).toContain('Give the owner that role first')
    expect(await shown()).toBeUndefined()
  })

  test('its role in place of a narrower one only as wide as its owner’s', async () => {
    const { account, give, shown } = await pipeline('support')
    await give(account, 'viewer')
    expect(await give(account, 'engineer')).toMatchObject({ status: 403 })
    expect(await shown()).toMatchObject({ role: 'viewer', effectiveRole: 'viewer' })
    expect(await give(account, 'support')).toMatchObject({ status: 200, effectiveRole: 'support' })
  })
})

describe('a service account that is an engineer', () => {
  async function engineering() {
    const made = await pipeline('engineer')
    await made.give(made.account, 'engineer')
    return { ...made, secret: await made.key() }
  }

  test('writes as its owner does', async () => {
    const { assets, secret } = await engineering()
    expect(await told(assets, { key: secret, body: valueSet('A') })).toMatchObject({ status: 201 })
  })

  test('writes nothing once its owner only views, and is told so wherever it asks', async () => {
    const { account, anna, assets, give, secret, shown, staging } = await engineering()
    await give(anna.id, 'viewer')
    expect(await told(assets, { key: secret, body: valueSet('A') })).toMatchObject({ status: 403 })
    expect(await told(assets, { key: secret })).toMatchObject({ status: 200 })
    const me = await api.expectStatus(200, '/v1/me', { key: secret })
    expect(me).toMatchObject({ environments: [{ id: staging, role: 'viewer' }] })
    const seen = await api.expectStatus(200, '/v1/environments', { key: secret })
    const access = { role: 'viewer', administer: false, promoteTo: [] }
    expect(seen).toMatchObject({ data: [{ id: staging, role: 'viewer', access }] })
    expect(await shown()).toMatchObject({ person: account, role: 'engineer', effectiveRole: 'viewer' })
  })

  test('does not even see the destination once its owner only views', async () => {
    const { anna, give, production, secret } = await engineering()
    expect(await told(`/v1/environments/${production}`, { key: secret })).toMatchObject({ status: 200 })
    await give(anna.id, 'viewer')
    expect(await told(`/v1/environments/${production}`, { key: secret })).toMatchObject({ status: 404 })
  })

  test('sees nothing and gets no key once its owner has no role there', async () => {
    const { anna, assets, give, makeKey, secret, shown } = await engineering()
    await give(anna.id, null)
    expect(await told(assets, { key: secret })).toMatchObject({ status: 404 })
    expect(await api.expectStatus(200, '/v1/me', { key: secret })).toMatchObject({ environments: [] })
    expect(await api.expectStatus(200, '/v1/environments', { key: secret })).toMatchObject({ data: [] })
    expect(await shown()).toMatchObject({ role: 'engineer', effectiveRole: null })
    expect(await makeKey()).toMatchObject({ status: 404 })
  })

  test('may again what it might once its owner may', async () => {
    const { anna, assets, give, secret } = await engineering()
    await give(anna.id, null)
    await give(anna.id, 'engineer')
    expect(await told(assets, { key: secret, body: valueSet('A') })).toMatchObject({ status: 201 })
  })
})

test('a service account that only views writes nothing, whatever role its owner has', async () => {
  const { account, assets, give, key } = await pipeline('engineer')
  await give(account, 'viewer')
  expect(await told(assets, { key: await key(), body: valueSet('A') })).toMatchObject({ status: 403 })
})
