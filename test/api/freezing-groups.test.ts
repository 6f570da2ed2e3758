import { describe, expect, test } from 'vitest'
import { initialPolicy } from '../../src/domain/policy/policy.ts'
import { openApi } from '../support/api.ts'
import { type PolicyAnswer, policyOf, proposing, setPolicy } from '../support/policies.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const api = openApi(stores)

const people = {
  admin: { organization: 'admin' },
  keeper: { production: 'viewer', groups: ['on-call'] },
  elsewhere: { staging: 'engineer', groups: ['on-call'] },
  engineer: { production: 'engineer', groups: ['approvers'] },
} as const

const letting = { ...initialPolicy, mayFreeze: ['on-call'] }

/** An organization whose people on call may freeze production, unless its policy says nothing of that. */
async function world(policy: typeof letting | null = letting) {
  const organization = await api.newOrganization({ people })
  const { id, environments } = organization
  const { owner, admin, keeper, elsewhere, engineer } = organization.people
  const production = environments.production
  const path = `/v1/environments/${production}/freezes`
  const administer = (method: string, what: string, body?: object) =>
    api.expectStatus(method === 'DELETE' ? 204 : 200, what, {
      key: owner.keys.organization,
      method,
      ...(body === undefined ? {} : { body }),
    })
  const set = (body: object) => setPolicy(api, production, body, [owner, admin])
  if (policy !== null) await set(policy)
  return {
    id,
    production,
    path,
    owner,
    admin,
    keeper,
    elsewhere,
    engineer,
    set,
    /** Status and code of somebody's attempt to freeze production. */
    async freeze(key: string | undefined) {
      const response = await api.request(path, { key, body: { reason: 'The intake is failing' } })
      const { id: freeze, code } = (await response.json()) as { id?: string; code?: string }
      return { status: response.status, code, freeze }
    },
    setGroup: (members: readonly string[]) =>
      administer('PUT', `/v1/organizations/${id}/groups/on-call`, { members }),
    takeRole: (person: string) => administer('DELETE', `/v1/environments/${production}/members/${person}`),
  }
}

describe('a group that the policy lets freeze', () => {
  test('freezes the environment, with a key of it or of the organization', async () => {
    const { production, keeper, freeze } = await world()
    for (const key of [keeper.keys.production, keeper.keys.organization]) {
      expect(await freeze(key)).toMatchObject({ status: 201 })
    }
    const { rows } = await stores
      .superuser('control')
      .query(
        "SELECT convert_from(leaf, 'UTF8')::jsonb -> 'data' AS data FROM log_entry WHERE type = 'freeze.set' ORDER BY index",
      )
    const own = rows.filter(({ data }) => data.environment === production)
    expect(own.map(({ data }) => data.actor.person)).toEqual([keeper.id, keeper.id])
  })

  test('lifts no freeze, not even its own, and freezes no organization', async () => {
    const { id, path, keeper, freeze } = await world()
    const set = await freeze(keeper.keys.production)
    for (const key of [keeper.keys.production, keeper.keys.organization]) {
      expect((await api.request(`${path}/${set.freeze}`, { key, method: 'DELETE' })).status).toBe(403)
      const all = { key, method: 'PUT', body: { reason: 'Stop' } }
      expect((await api.request(`/v1/organizations/${id}/freeze`, all)).status).toBe(403)
    }
  })

  test('freezes nothing where its member has no role', async () => {
    const { keeper, elsewhere, freeze, takeRole } = await world()
    expect([403, 404]).toContain((await freeze(elsewhere.keys.organization)).status)
    expect([403, 404]).toContain((await freeze(elsewhere.keys.staging)).status)
    await takeRole(keeper.id)
    expect((await freeze(keeper.keys.production)).status).toBe(404)
    expect((await freeze(keeper.keys.organization)).status).toBe(404)
  })

  test('loses it for whoever leaves it, and gives it to whoever joins', async () => {
    const { keeper, engineer, freeze, setGroup } = await world()
    expect(await freeze(engineer.keys.production)).toMatchObject({ status: 403, code: 'forbidden' })
    await setGroup([engineer.id])
    expect(await freeze(keeper.keys.production)).toMatchObject({ status: 403, code: 'forbidden' })
    expect(await freeze(engineer.keys.production)).toMatchObject({ status: 201 })
  })

  test('loses it with the policy that is in force now', async () => {
    const { keeper, owner, admin, freeze, set } = await world()
    await set(initialPolicy)
    expect(await freeze(keeper.keys.production)).toMatchObject({ status: 403 })
    for (const { keys } of [owner, admin]) expect((await freeze(keys.organization)).status).toBe(201)
  })

  test('has no service account in it, whoever owns that', async () => {
    const { id, production, owner, keeper, freeze } = await world()
    const administer = { key: owner.keys.organization }
    const account = await api.expectStatus<{ id: string }>(201, `/v1/organizations/${id}/people`, {
      ...administer,
      body: { kind: 'service', name: 'Pipeline', owner: keeper.id },
    })
    await api.expectStatus(200, `/v1/environments/${production}/members/${account.id}`, {
      ...administer,
      method: 'PUT',
      body: { role: 'viewer' },
    })
    const { secret } = await api.expectStatus<{ secret: string }>(201, '/v1/api-keys', {
      key: keeper.keys.production,
      body: { name: 'pipeline', environment: production, account: account.id },
    })
    expect(await freeze(secret)).toMatchObject({ status: 403 })
  })
})

describe('a policy that lets groups freeze', () => {
  test('is shown as it was set, as JSON and as YAML, and what it is can be sent back', async () => {
    const { production, keeper, owner } = await world()
    const path = policyOf(production)
    const shown = await api.expectStatus<PolicyAnswer>(200, path, { key: keeper.keys.production })
    expect(shown).toMatchObject({ mayFreeze: ['on-call'] })
    const yaml = await api.request(path, {
      key: keeper.keys.production,
      headers: { Accept: 'application/yaml' },
    })
    const body = await yaml.text()
    expect(body).toContain('mayFreeze')
    const again = await api.expectStatus<PolicyAnswer>(200, path, {
      ...proposing(owner, body),
      headers: { 'If-Match': '*', 'Content-Type': 'application/yaml' },
    })
    expect(again).toMatchObject({ version: shown.version, digest: shown.digest })
  })

  test('names groups that there are, and at least one', async () => {
    const { production, owner } = await world()
    for (const [mayFreeze, pointer] of [
      [['nobody'], '/mayFreeze/0'],
      [[], '/mayFreeze'],
    ] as const) {
      const asked = proposing(owner, { ...initialPolicy, mayFreeze })
      const problem = await api.expectStatus<{ errors: { pointer: string }[] }>(
        422,
        policyOf(production),
        asked,
      )
      expect(problem.errors.map((error) => error.pointer)).toEqual([pointer])
    }
  })

  test('is another one than the same without them', async () => {
    const { production, keeper, set } = await world(null)
    const read = () =>
      api.expectStatus<PolicyAnswer>(200, policyOf(production), { key: keeper.keys.production })
    const before = await read()
    expect(before).not.toHaveProperty('mayFreeze')
    await set(letting)
    expect((await read()).digest).not.toBe(before.digest)
  })
})
