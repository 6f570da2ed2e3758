import { describe, expect, test } from 'vitest'
import { type ApiRequest, openApi } from '../support/api.ts'
import { policyOf, proposing, setPolicy } from '../support/policies.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const api = openApi(stores)

const organization = await api.newOrganization({
  people: {
    admin: { organization: 'admin' },
    second: { organization: 'admin' },
    engineer: { staging: 'engineer', production: 'viewer' },
  },
})
const { owner, admin, second, engineer } = organization.people
const base = `/v1/organizations/${organization.id}`
const { staging, production } = organization.environments

async function entries(types: readonly string[], about: string): Promise<readonly Record<string, unknown>[]> {
  const { rows } = await stores.superuser('control').query(
    `SELECT convert_from(leaf, 'UTF8')::jsonb -> 'data' -> 'details' AS details FROM log_entry
      WHERE organization = $1 AND type = ANY ($2) AND convert_from(leaf, 'UTF8') LIKE '%' || $3 || '%' ORDER BY index`,
    [organization.id, types, about],
  )
  return rows.map(({ details }) => details)
}

async function code(path: string, request: ApiRequest): Promise<string> {
  const response = await api.request(path, request)
  const text = await response.text()
  return response.ok ? 'done' : (JSON.parse(text) as { code: string }).code
}

async function addPerson(body: object): Promise<string> {
  const key = owner.keys.organization
  return (await api.expectStatus<{ id: string }>(201, `${base}/people`, { key, body })).id
}

const put = (body: unknown, key = owner.keys.organization): ApiRequest => ({ key, method: 'PUT', body })
const remove = (key = owner.keys.organization): ApiRequest => ({ key, method: 'DELETE' })
const patch = (body: unknown, key = owner.keys.organization): ApiRequest => ({ key, method: 'PATCH', body })

describe('an entry tells what was before and what is after, and the same again is none', () => {
  test('of a role and a grant in the organization', async () => {
    const person = await addPerson({ kind: 'human', name: 'Rhea Role' })
    const path = `${base}/members/${person}`
    await api.expectStatus(200, path, put({ role: 'member' }))
    await api.expectStatus(200, path, put({ role: 'member' }))
    await api.expectStatus(200, path, put({ role: 'admin', grants: ['auditor'] }))
    await api.expectStatus(204, path, remove())
    const member = { role: 'member', auditor: false }
    const both = { role: 'admin', auditor: true }
    expect(await entries(['organization-member.set', 'organization-member.removed'], person)).toEqual([
      { person, before: null, after: member },
      { person, before: member, after: both },
      { person, before: both, after: null },
    ])
  })

  test('of a role in an environment', async () => {
    const person = await addPerson({ kind: 'human', name: 'Enno Environment' })
    const path = `/v1/environments/${staging}/members/${person}`
    for (const role of ['viewer', 'viewer', 'engineer']) await api.expectStatus(200, path, put({ role }))
    await api.expectStatus(204, path, remove())
    expect(await entries(['environment-member.set', 'environment-member.removed'], person)).toEqual([
      { person, before: null, after: { role: 'viewer' } },
      { person, before: { role: 'viewer' }, after: { role: 'engineer' } },
      { person, before: { role: 'engineer' }, after: null },
    ])
  })

  test('of a role that an admin gives themselves, as of any other', async () => {
    const path = `/v1/environments/${production}/members/${admin.id}`
    await api.expectStatus(200, path, put({ role: 'viewer' }, admin.keys.organization))
    expect(await entries(['environment-member.set'], admin.id)).toEqual([
      { person: admin.id, before: null, after: { role: 'viewer' } },
    ])
  })

  test('of a group', async () => {
    const path = `${base}/groups/told`
    const members = [admin.id, engineer.id].sort()
    await api.expectStatus(200, path, put({ members }))
    await api.expectStatus(200, path, put({ members: [...members].reverse() }))
    await api.expectStatus(200, path, put({ members: [engineer.id] }))
    await api.expectStatus(204, path, remove())
    expect(await entries(['group.set', 'group.removed'], 'group/told')).toEqual([
      { before: null, after: members },
      { before: members, after: [engineer.id] },
      { before: [engineer.id], after: null },
    ])
  })

  test('of a person, whose names are texts and not told', async () => {
    const person = await addPerson({ kind: 'human', name: 'Nadia Name' })
    const path = `${base}/people/${person}`
    for (const body of [{ active: false }, { active: false }, { active: true, name: 'Nadia Newname' }, {}]) {
      await api.expectStatus(200, path, patch(body))
    }
    const name = { text: expect.any(String), commitment: expect.any(String) }
    const told = await entries(['person.updated'], person)
    expect(told).toEqual([
      { before: { active: true }, after: { active: false } },
      { before: { active: false, name }, after: { active: true, name } },
    ])
    expect(JSON.stringify(told)).not.toContain('Nadia')
  })

  test('of a key', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
    const body = { name: 'told', environment: staging, scopes: ['assets:read'], expiresAt }
    const { id } = await api.expectStatus<{ id: string }>(201, '/v1/api-keys', {
      key: engineer.keys.organization,
      body,
    })
    for (let turn = 0; turn < 2; turn += 1) {
      await api.expectStatus(204, `/v1/api-keys/${id}`, remove(engineer.keys.organization))
    }
    const rights = { door: 'environment', scopes: ['assets:read'], expiresAt }
    const name = { text: expect.any(String), commitment: expect.any(String) }
    expect(await entries(['api-key.created', 'api-key.revoked'], id)).toEqual([
      { actor: engineer.id, name, before: null, after: rights },
      { actor: engineer.id, before: rights, after: null },
    ])
  })

  test('of a policy', async () => {
    const steps = [{ name: 'sign', kind: 'approval', approvals: 1, groups: ['approvers'] }]
    const policy = { rules: [{ name: 'all', steps }] }
    await setPolicy(api, production, policy, [owner, admin])
    await api.expectStatus(200, policyOf(production), proposing(admin, policy))
    const told = await entries(['policy.set'], production)
    const digest = expect.stringMatching(/^[0-9a-f]{64}$/)
    expect(told).toEqual([
      {
        before: null,
        after: { version: 1, digest },
        basis: 'beginning',
        proposedBy: owner.id,
        confirmedBy: null,
      },
      {
        before: { version: 1, digest },
        after: { version: 2, digest },
        basis: 'confirmed',
        proposedBy: owner.id,
        confirmedBy: admin.id,
      },
    ])
    expect(told[1]?.before).toEqual(told[0]?.after)
  })
})

describe('nobody gives what is not theirs to give', () => {
  test('an admin makes no owner, unmakes none, and neither renames nor reactivates one', async () => {
    const boss = await addPerson({ kind: 'human', name: 'Otto Owner' })
    await api.expectStatus(200, `${base}/members/${boss}`, put({ role: 'owner' }))
    const key = admin.keys.organization
    for (const person of [admin.id, second.id, engineer.id, boss]) {
      expect(await code(`${base}/members/${person}`, put({ role: 'owner' }, key))).toBe('forbidden')
    }
    expect(await code(`${base}/members/${boss}`, put({ role: 'member' }, key))).toBe('forbidden')
    expect(await code(`${base}/members/${boss}`, remove(key))).toBe('forbidden')
    expect(await code(`${base}/members/${admin.id}`, put({ role: 'admin', grants: ['auditor'] }, key))).toBe(
      'forbidden',
    )
    expect(await code(`${base}/people/${boss}`, patch({ active: false }, key))).toBe('forbidden')
    expect(await code(`${base}/people/${boss}`, patch({ name: 'Mallory' }, key))).toBe('forbidden')
    await api.expectStatus(200, `${base}/people/${boss}`, patch({ active: false }))
    expect(await code(`${base}/people/${boss}`, patch({ active: true }, key))).toBe('forbidden')
  })

  test('no service account holds a role in the organization or a place in a group', async () => {
    const account = await addPerson({ kind: 'service', name: 'Robot', owner: engineer.id })
    expect(await code(`${base}/members/${account}`, put({ role: 'member' }))).toBe('not-found')
    expect(await code(`${base}/groups/robots`, put({ members: [account] }))).toBe('invalid-body')
    const nested = { kind: 'service', name: 'Nested', owner: account }
    expect(await code(`${base}/people`, { key: owner.keys.organization, body: nested })).toBe('invalid-body')
    expect(await code(`${base}/people/${account}`, patch({ owner: account }))).toBe('invalid-body')
    expect(await code(`${base}/people/${engineer.id}`, patch({ owner: admin.id }))).toBe('invalid-body')
  })

  test('not even an owner makes a key for another human, nor for an account that is another’s', async () => {
    const account = await addPerson({ kind: 'service', name: 'Not Mine', owner: engineer.id })
    for (const actor of [engineer.id, account]) {
      const body = { name: 'taken', organization: organization.id, account: actor }
      expect(await code('/v1/api-keys', { key: owner.keys.organization, body })).toBe('forbidden')
    }
  })

  test('a key that ends makes none that outlives it, and a limited one none that does more', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
    const scopes = ['keys:write', 'assets:read']
    const make = async (key: string, body: object) => {
      const asked = { name: 'short', environment: staging, ...body }
      return api.expectStatus<{ secret: string }>(201, '/v1/api-keys', { key, body: asked })
    }
    const { secret: key } = await make(engineer.keys.organization, { expiresAt, scopes })
    const refused = [
      { scopes },
      { scopes, expiresAt: new Date(Date.now() + 7_200_000).toISOString() },
      { expiresAt },
      { scopes: ['assets:write'], expiresAt },
      { scopes, expiresAt, environment: production },
    ]
    for (const body of refused) {
      expect(await code('/v1/api-keys', { key, body: { name: 'no', environment: staging, ...body } })).toBe(
        'forbidden',
      )
    }
    await make(key, { expiresAt, scopes: ['assets:read'] })
  })
})

describe('a right that was taken stops the next call', () => {
  async function fresh() {
    return api.newOrganization({
      people: {
        admin: { organization: 'admin' },
        auditor: { auditor: true },
        engineer: { staging: 'engineer', production: 'viewer' },
      },
    })
  }

  test('a role in the organization, through a key that was made earlier', async () => {
    const { id, people } = await fresh()
    const key = people.admin.keys.organization
    const add = { key, body: { kind: 'human', name: 'Anybody' } }
    expect(await code(`/v1/organizations/${id}/people`, add)).toBe('done')
    const path = `/v1/organizations/${id}/members/${people.admin.id}`
    await api.expectStatus(200, path, put({ role: 'member' }, people.owner.keys.organization))
    expect(await code(`/v1/organizations/${id}/people`, add)).toBe('forbidden')
    expect(await code(`/v1/organizations/${id}/people`, { key })).toBe('done')
    await api.expectStatus(204, path, remove(people.owner.keys.organization))
    expect(await code(`/v1/organizations/${id}/people`, { key })).toBe('forbidden')
  })

  test('the auditor grant', async () => {
    const { id, people } = await fresh()
    const key = people.auditor.keys.organization
    expect(await code('/v1/audit/events', { key })).toBe('done')
    const path = `/v1/organizations/${id}/members/${people.auditor.id}`
    await api.expectStatus(200, path, put({ role: 'member' }, people.owner.keys.organization))
    expect(await code('/v1/audit/events', { key })).toBe('forbidden')
  })

  test('a role in an environment, lowered and then taken', async () => {
    const { environments, people } = await fresh()
    const key = people.engineer.keys.staging
    const assets = `/v1/environments/${environments.staging}/assets`
    const create = { key, body: { type: 'valueSet', name: 'Codes', content: { values: [{ value: 'A' }] } } }
    expect(await code(assets, create)).toBe('done')
    const path = `/v1/environments/${environments.staging}/members/${people.engineer.id}`
    await api.expectStatus(200, path, put({ role: 'viewer' }, people.owner.keys.organization))
    expect(await code(assets, create)).toBe('forbidden')
    expect(await code(assets, { key })).toBe('done')
    await api.expectStatus(204, path, remove(people.owner.keys.organization))
    expect(await code(assets, { key })).toBe('not-found')
    expect(await code('/v1/environments', { key })).toBe('done')
    expect(await api.expectStatus(200, '/v1/environments', { key })).toMatchObject({ data: [] })
  })

  test('the keys of an account whose owner changed, and only the new owner makes others', async () => {
    const { id, environments, people } = await fresh()
    const people_ = `/v1/organizations/${id}/people`
    const ownerKey = people.owner.keys.organization
    const body = { kind: 'service', name: 'Pipeline', owner: people.engineer.id }
    const account = await api.expectStatus<{ id: string }>(201, people_, { key: ownerKey, body })
    const role = `/v1/environments/${environments.staging}/members/${account.id}`
    await api.expectStatus(200, role, put({ role: 'engineer' }, ownerKey))
    const asked = { name: 'pipeline', environment: environments.staging, account: account.id }
    const { secret } = await api.expectStatus<{ secret: string }>(201, '/v1/api-keys', {
      key: people.engineer.keys.organization,
      body: asked,
    })
    const changed = await api.expectStatus(
      200,
      `${people_}/${account.id}`,
      patch({ owner: people.admin.id }, ownerKey),
    )
    expect(changed).toMatchObject({ owner: people.admin.id })
    expect(await code('/v1/me', { key: secret })).toBe('unauthenticated')
    expect(await code('/v1/api-keys', { key: people.engineer.keys.organization, body: asked })).toBe(
      'forbidden',
    )
    const other = `/v1/environments/${environments.staging}/members/${people.admin.id}`
    await api.expectStatus(200, other, put({ role: 'engineer' }, ownerKey))
    expect(await code('/v1/api-keys', { key: people.admin.keys.organization, body: asked })).toBe('done')
    await api.expectStatus(200, `${people_}/${people.engineer.id}`, patch({ active: false }, ownerKey))
    const inactive = patch({ owner: people.engineer.id }, ownerKey)
    expect(await code(`${people_}/${account.id}`, inactive)).toBe('invalid-body')
  })
})

test('an auditor reads the log without any role in an environment, and sees no asset by it', async () => {
  const { environments, people } = await api.newOrganization({ people: { auditor: { auditor: true } } })
  const key = people.auditor.keys.organization
  await api.expectStatus(200, '/v1/audit/events', { key })
  expect(await code(`/v1/environments/${environments.production}/assets`, { key })).toBe('not-found')
  const body = { name: 'in', environment: environments.production }
  expect(await code('/v1/api-keys', { key, body })).toBe('not-found')
})
