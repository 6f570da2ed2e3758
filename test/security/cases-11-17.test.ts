import { expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { withOrganization } from '../../src/db/transaction.ts'
import { identifier, type OrganizationId } from '../../src/domain/identifiers.ts'
import { valueSet } from '../services/assets/samples.ts'
import { type ApiRequest, openApi } from '../support/api.ts'
import { openIssuer, providerOf } from '../support/issuer.ts'
import { forgedTokens } from './forged-tokens.ts'
import { lines } from './lines.ts'
import { documentedOperations } from './operations.ts'
import { callOf, kinds, openWorld } from './world.ts'

const world = await openWorld()
const { api, stores, samples, owner, watcher } = world
const other = await api.newOrganization({ people: { admin: { organization: 'admin' } } })
const { organization } = samples.staging

async function answerOf(path: string, request: ApiRequest): Promise<{ status: number; text: string }> {
  const response = await api.request(path, request)
  const text = (await response.text()).replaceAll(/"instance":"[^"]*"/g, '')
  return { status: response.status, text }
}

async function logSize(id: string): Promise<number> {
  const count = 'SELECT count(*)::integer AS total FROM log_entry WHERE organization = $1'
  return (await stores.superuser('control').query(count, [id])).rows[0].total
}

test('11: names, ids and Idempotency-Keys of one organization are free in another, and tell nothing of each other', async () => {
  const asks = (id: string, key: string): readonly (readonly [string, ApiRequest])[] => [
    [`/v1/organizations/${id}/groups/sample`, { key, method: 'PUT', body: { members: [] } }],
    [
      `/v1/organizations/${id}/people`,
      { key, body: { kind: 'human', name: 'Twin' }, idempotencyKey: 'twin' },
    ],
  ]
  for (const [path, request] of asks(organization, owner.keys.organization)) {
    expect((await answerOf(path, request)).status).toBeLessThan(300)
  }
  for (const [path, request] of asks(other.id, other.people.owner.keys.organization)) {
    const answer = await api.request(path, request)
    expect(answer.status).toBeLessThan(300)
    expect(answer.headers.get('Idempotent-Replayed')).toBeNull()
    expect(await answer.text()).not.toContain(organization)
  }
})

test('12: an admin of one organization gives nothing in another, whose log does not even grow', async () => {
  const before = await logSize(organization)
  const key = other.people.admin.keys.organization
  const { id: self } = other.people.admin
  const tries: readonly (readonly [string, object])[] = [
    [`/v1/organizations/${organization}/members/${samples.staging.person}`, { role: 'owner' }],
    [`/v1/organizations/${organization}/members/${self}`, { role: 'owner' }],
    [`/v1/environments/${samples.production.environment}/members/${self}`, { role: 'engineer' }],
    [`/v1/organizations/${organization}/groups/approvers`, { members: [self] }],
  ]
  for (const [path, body] of tries) {
    expect(await answerOf(path, { key, method: 'PUT', body })).toMatchObject({ status: 404 })
  }
  // Nor is somebody of the other one brought over.
  const theirs = await answerOf(`/v1/organizations/${other.id}/groups/approvers`, {
    key,
    method: 'PUT',
    body: { members: [samples.staging.person] },
  })
  expect(theirs.status).toBe(422)
  const member = `/v1/environments/${other.environments.production}/members`
  for (const person of [samples.staging.person, crypto.randomUUID()]) {
    const put = { key, method: 'PUT', body: { role: 'viewer' } }
    expect((await answerOf(`${member}/${person}`, put)).status).toBe(404)
  }
  expect(await logSize(organization)).toBe(before)
})

test('13: no operation takes who, when, where or in which state from its body', async () => {
  const assigned = {
    orgId: other.id,
    requesterId: owner.id,
    requester: owner.id,
    contributors: [],
    state: 'approved',
    approvedAt: '2026-01-01T00:00:00Z',
    createdBy: owner.id,
    constructor: {},
  }
  const writes = documentedOperations().filter(({ id }) => lines[id]?.body !== undefined)
  expect(writes.length).toBeGreaterThan(8)
  for (const operation of writes) {
    const line = lines[operation.id]
    if (line === undefined) continue
    const { path, request } = callOf(operation, line, samples.staging)
    const door = kinds.find(
      (kind) => (kind === 'staging' ? line.doors.own : line.doors.destination) === 'opens',
    )
    const key = owner.keys[line.doors.organization === 'opens' ? 'organization' : (door ?? 'staging')]
    for (const [name, value] of Object.entries(assigned)) {
      const body = { ...(request.body as object), [name]: value }
      const answer = await answerOf(path, { ...request, key, body })
      expect(`${operation.id} ${name} ${answer.status} ${answer.text}`).toMatch(
        new RegExp(`^${operation.id} ${name} 422 .*"code":"unknown-property"`),
      )
      expect(answer.text).toContain(`"/${name}"`)
    }
    const body = JSON.stringify(request.body).replace('{', '{"__proto__":{"state":"approved"},')
    expect((await answerOf(path, { ...request, key, body })).status).toBe(422)
  }
  expect('state' in {}).toBe(false)
})

test('14: a JSON Web Token is believed only when all of it holds: alg, key, iss, aud, typ, times and subject', async () => {
  const issuer = await openIssuer()
  const attacker = await openIssuer()
  const trusting = openApi(stores, { identityProvider: providerOf(issuer) })
  const answer = async (key: string) => {
    const response = await trusting.request('/v1/me', { key })
    return { status: response.status, text: await response.text() }
  }
  const accessToken = await issuer.token('owner')
  await trusting.expectStatus(200, '/v1/me/identity', {
    key: owner.keys.organization,
    method: 'PUT',
    body: { accessToken },
  })
  const exchanged = async () =>
    (await stores.superuser('control').query('SELECT count(*)::integer AS total FROM exchanged_token')).rows
  const before = await exchanged()
  const forged = await forgedTokens(issuer, attacker, 'owner')
  expect(forged.length).toBeGreaterThan(60)
  const believed: string[] = []
  for (const { name, token } of forged) {
    const { status, text } = await answer(token)
    if (status !== 401 || text.includes(token.slice(-40))) believed.push(`${name}: ${status} ${text}`)
    // Nor is it linked to anybody.
    const body = { accessToken: token }
    const request = { key: owner.keys.organization, method: 'PUT', body }
    const linked = await trusting.request('/v1/me/identity', request)
    if (linked.status !== 422) believed.push(`${name}, to be linked: ${linked.status}`)
  }
  expect(believed).toEqual([])
  expect(await exchanged()).toEqual(before)
  expect(attacker.keysAsked()).toBe(0)
  // The same with nothing wrong opens the door; what it says of keys of its own is not looked at.
  expect((await answer(accessToken)).status).toBe(200)
  const header = { jku: `${attacker.url}/keys`, jwk: attacker.keys[0].jwk, x5u: attacker.url }
  expect((await answer(await issuer.token('owner', { header }))).status).toBe(200)
  expect(attacker.keysAsked()).toBe(0)
})

test('14: where no identity provider is named, no JSON Web Token is believed at all', async () => {
  const issuer = await openIssuer()
  const attacker = await openIssuer()
  const tokens = await forgedTokens(issuer, attacker, owner.id)
  for (const { token } of [...tokens, { token: await issuer.token(owner.id) }]) {
    expect((await answerOf('/v1/me', { key: token })).status).toBe(401)
  }
})

test('15: a pooled connection carries no organization on, not even over a transaction that was aborted', async () => {
  const store = openPool({
    store: 'control',
    role: 'api',
    url: stores.address('control', 'api'),
    connections: 1,
    onIdleError: () => {},
  })
  const { pool } = store
  const seen = 'SELECT DISTINCT organization FROM person'
  try {
    const aborted = withOrganization(store, identifier<OrganizationId>(organization), async (transaction) => {
      expect((await transaction.execute(seen)).rows).toEqual([{ organization }])
      await transaction.execute('SELECT nothing')
    })
    await expect(aborted).rejects.toThrow()
    expect((await pool.query(seen)).rows).toEqual([])
    const next = await withOrganization(store, other.id, (transaction) => transaction.execute(seen))
    expect(next.rows).toEqual([{ organization: other.id }])
    expect((await pool.query(seen)).rows).toEqual([])
  } finally {
    await pool.end()
  }
})

test('16: an asset of another organization is neither promoted nor referred to, as one that nobody has', async () => {
  const { environments, people } = other
  const key = people.owner.keys.staging
  const request = (id: string): ApiRequest => ({
    key,
    body: {
      promotingAssets: [{ id, type: 'valueSet' }],
      fromEnvironment: { id: environments.staging },
      toEnvironment: { id: environments.production },
      reason: 'Not mine',
    },
  })
  const invented = crypto.randomUUID()
  const theirs = await answerOf('/v1/promotions', request(samples.staging.staged))
  expect(theirs.status).toBe(404)
  expect(await answerOf('/v1/promotions', request(invented))).toEqual(theirs)

  const own = await api.expectStatus<{ id: string }>(201, `/v1/environments/${environments.staging}/assets`, {
    key,
    body: valueSet('A'),
  })
  const referring = async (id: string) => {
    const content = { fromValueSet: { id }, toValueSet: { id: own.id }, translations: [] }
    const body = { type: 'translationSet', name: 'Refers', content }
    const { status, text } = await answerOf(`/v1/environments/${environments.staging}/assets`, { key, body })
    return { status, code: text.match(/"code":"[^"]*"/)?.[0] }
  }
  expect(await referring(samples.staging.staged)).toEqual(await referring(invented))
  expect((await answerOf(`/v1/assets/${samples.staging.staged}`, { key })).status).toBe(404)
})

test('17: an auditor who sees everything there is changes nothing by any route', async () => {
  const { id } = watcher
  const people = `/v1/organizations/${organization}`
  const promote = {
    key: owner.keys.organization,
    method: 'PUT',
    body: { role: 'member', grants: ['auditor'] },
  }
  await api.expectStatus(200, `${people}/members/${id}`, promote)
  const writes = documentedOperations().filter(({ id: name, method, keyed }) => {
    const line = lines[name]
    return (
      keyed && method !== 'GET' && line !== undefined && line.viewer === undefined && line.ownAffair !== true
    )
  })
  expect(writes.length).toBeGreaterThan(12)
  const answers: string[] = []
  for (const operation of writes) {
    const line = lines[operation.id]
    if (line === undefined) continue
    const { path, request } = callOf(operation, line, samples.production)
    const { organization: whole, own, destination } = line.doors
    const key =
      whole === 'opens'
        ? watcher.keys.organization
        : watcher.keys[destination === undefined ? 'production' : own === 'opens' ? 'staging' : 'production']
    const { status } = await answerOf(path, { ...request, key })
    if (status !== 403) answers.push(`${operation.id}: ${status}`)
  }
  expect(answers).toEqual([])
  // What remains is theirs as anybody's: keys of their own, which do no more than they do.
  const made = await api.expectStatus<{ secret: string }>(201, '/v1/api-keys', {
    key: watcher.keys.organization,
    body: { name: 'own', organization },
  })
  await api.expectStatus(200, '/v1/audit/events', { key: made.secret })
})
