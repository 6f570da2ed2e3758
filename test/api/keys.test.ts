import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { instant } from '../../src/domain/identifiers.ts'
import { newToken } from '../../src/services/keys/bearer-token.ts'
import { type ApiRequest, openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
let now = Date.now()
const api = openApi(stores, { clock: { now: () => instant(now) } })
const organization = await api.newOrganization({
  people: {
    admin: { organization: 'admin' },
    engineer: { staging: 'engineer', production: 'viewer' },
  },
})
const { owner, admin, engineer } = organization.people
const { staging, production } = organization.environments
const people = `/v1/organizations/${organization.id}/people`

interface Key {
  readonly id: string
  readonly secret: string
}

function make(key: string | undefined, body: object): Promise<Key> {
  return api.expectStatus(201, '/v1/api-keys', { key, body: { name: 'a key', ...body } })
}

async function code(path: string, request: ApiRequest): Promise<string> {
  const problem: unknown = await (await api.request(path, request)).json()
  return typeof problem === 'object' && problem !== null && 'code' in problem ? String(problem.code) : 'none'
}

function refusedKey(key: string | undefined, body: object): Promise<string> {
  return code('/v1/api-keys', { key, body: { name: 'a key', ...body } })
}

describe('a key', () => {
  test('says what it opens; its row holds a digest and no part of the secret', async () => {
    const made = await make(engineer.keys.organization, { environment: staging })
    expect(made.secret).toMatch(/^csk_stg_[0-9a-f]{32}_[0-9A-Za-z]{38}$/)
    expect(made.secret).toContain(made.id.replaceAll('-', ''))
    const { rows } = await stores
      .superuser('control')
      .query(
        "SELECT to_jsonb(api_key)::text AS row, encode(secret_digest, 'hex') AS digest FROM api_key WHERE id = $1",
        [made.id],
      )
    const secret = made.secret.slice(41, 73)
    expect(rows[0].digest).toBe(createHash('sha256').update(secret).digest('hex'))
    expect(rows[0].row).not.toContain(secret)
    const { rows: leaves } = await stores
      .superuser('control')
      .query("SELECT count(*)::integer AS total FROM log_entry WHERE convert_from(leaf, 'UTF8') LIKE $1", [
        `%${secret}%`,
      ])
    expect(leaves[0].total).toBe(0)
  })

  test('tells who calls, and what they may do with it', async () => {
    expect(await api.expectStatus(200, '/v1/me', { key: engineer.keys.staging })).toMatchObject({
      person: { id: engineer.id, name: 'engineer' },
      account: null,
      organizations: [{ id: organization.id, role: null, grants: [] }],
      environments: [{ id: staging, role: 'engineer' }],
      groups: [],
      key: { environment: staging, organization: null, scopes: null },
    })
  })

  test('again with the same Idempotency-Key comes without its secret', async () => {
    const request = {
      key: engineer.keys.organization,
      body: { name: 'once', environment: staging },
      idempotencyKey: crypto.randomUUID(),
    }
    const first = await api.expectStatus<Key>(201, '/v1/api-keys', request)
    const again = await api.request('/v1/api-keys', request)
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await again.json()).toEqual({ ...first, secret: null })
  })

  test('stops working when it expires', async () => {
    const expiresAt = instant(now + 60_000)
    const made = await make(engineer.keys.organization, { environment: staging, expiresAt })
    await api.expectStatus(200, '/v1/me', { key: made.secret })
    now += 60_000
    expect(await code('/v1/me', { key: made.secret })).toBe('unauthenticated')
    expect(await refusedKey(engineer.keys.organization, { environment: staging, expiresAt })).toBe(
      'invalid-body',
    )
  })

  test('stops working when it is revoked, also by itself; revoking again changes nothing', async () => {
    const made = await make(engineer.keys.organization, { environment: staging })
    const revoke = { method: 'DELETE' }
    await api.expectStatus(204, `/v1/api-keys/${made.id}`, { key: made.secret, ...revoke })
    expect(await code('/v1/me', { key: made.secret })).toBe('unauthenticated')
    await api.expectStatus(204, `/v1/api-keys/${made.id}`, { key: engineer.keys.staging, ...revoke })
  })

  test('is found and revoked by nobody else, and not through the door of another environment', async () => {
    const made = await make(engineer.keys.organization, { environment: staging })
    for (const key of [owner.keys.organization, admin.keys.organization, engineer.keys.production]) {
      expect(await code(`/v1/api-keys/${made.id}`, { key, method: 'DELETE' })).toBe('not-found')
    }
    const seen = await api.expectStatus<{ data: readonly { environment: string }[] }>(200, '/v1/api-keys', {
      key: engineer.keys.production,
    })
    expect(new Set(seen.data.map(({ environment }) => environment))).toEqual(new Set([production]))
  })
})

describe('a bearer that is no key of ours', () => {
  const { text } = newToken('organization', crypto.randomUUID())

  test('is refused without asking the database when its checksum does not fit', async () => {
    const url = 'postgres://api@127.0.0.1:1/control'
    const control = openPool({ store: 'control', role: 'api', url, onIdleError: () => {} })
    const away = openApi({
      ...stores,
      pool: (store, role) => (store === 'control' ? control : stores.pool(store, role)),
    })
    const key = owner.keys.organization
    const mistyped = `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`
    for (const bearer of [mistyped, key.slice(0, -1), `${key}0`, key.toUpperCase(), 'csk_org_', 'x']) {
      expect((await away.request('/v1/me', { key: bearer })).status).toBe(401)
    }
    expect((await away.request('/v1/me', { key: text })).status).toBe(503)
  })

  test('is refused when only its secret is another, and the answer is the same', async () => {
    const known = await make(engineer.keys.organization, { environment: staging })
    const other = newToken('staging', known.id).text
    const answers = await Promise.all(
      [other, text].map(async (key) => {
        const problem = await (await api.request('/v1/me', { key })).json()
        return { ...Object(problem), instance: null }
      }),
    )
    expect(answers[0]).toMatchObject({ status: 401, code: 'unauthenticated' })
    expect(answers[0]).toEqual(answers[1])
  })

  test('is refused when it says that it opens another door', async () => {
    const { id } = await make(engineer.keys.organization, { environment: staging })
    const other = newToken('production', id)
    await stores
      .superuser('control')
      .query('UPDATE api_key SET secret_digest = $2 WHERE id = $1', [id, Buffer.from(other.digest, 'hex')])
    expect(await code('/v1/me', { key: other.text })).toBe('unauthenticated')
  })

  test.for(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer a b', ''])('is refused as %o', async (Authorization) => {
    expect((await api.request('/v1/me', { headers: { Authorization } })).status).toBe(401)
  })
})

describe('making a key', () => {
  test('names one door, of the own organization', async () => {
    const key = engineer.keys.organization
    expect(await refusedKey(key, {})).toBe('invalid-body')
    expect(await refusedKey(key, { environment: staging, organization: organization.id })).toBe(
      'invalid-body',
    )
    expect(await refusedKey(key, { organization: crypto.randomUUID() })).toBe('not-found')
    expect(await refusedKey(key, { environment: crypto.randomUUID() })).toBe('not-found')
  })

  test('of an environment takes a role there', async () => {
    const { development } = organization.environments
    expect(await refusedKey(engineer.keys.organization, { environment: development })).toBe('not-found')
    expect(await refusedKey(admin.keys.organization, { environment: development })).toBe('forbidden')
  })

  test('with a key of an environment opens no other door', async () => {
    await make(engineer.keys.staging, { environment: staging })
    expect(await refusedKey(engineer.keys.staging, { environment: production })).toBe('forbidden')
    expect(await refusedKey(engineer.keys.staging, { organization: organization.id })).toBe('forbidden')
  })

  test('with a limited key gives no more than that one has', async () => {
    const scopes = ['keys:write', 'assets:read']
    const limited = await make(engineer.keys.organization, { environment: staging, scopes })
    await make(limited.secret, { environment: staging, scopes: ['assets:read'] })
    expect(await refusedKey(limited.secret, { environment: staging })).toBe('forbidden')
    expect(await refusedKey(limited.secret, { environment: staging, scopes: ['assets:write'] })).toBe(
      'forbidden',
    )
    expect(await code('/v1/api-keys', { key: limited.secret })).toBe('forbidden')
    expect(await refusedKey(engineer.keys.staging, { environment: staging, scopes: ['all'] })).toBe(
      'invalid-body',
    )
  })

  test("is everybody's own affair: not another human's, and an account's by its owner alone", async () => {
    const body = { kind: 'service', name: 'Pipeline', owner: engineer.id }
    const account = await api.expectStatus<{ id: string }>(201, people, {
      key: owner.keys.organization,
      body,
    })
    const role = { key: owner.keys.organization, method: 'PUT', body: { role: 'support' } }
    await api.expectStatus(200, `/v1/environments/${staging}/members/${account.id}`, role)
    const door = { environment: staging }
    expect(await refusedKey(owner.keys.organization, { ...door, account: engineer.id })).toBe('forbidden')
    expect(await refusedKey(owner.keys.organization, { ...door, account: account.id })).toBe('forbidden')
    expect(await refusedKey(owner.keys.organization, { ...door, account: crypto.randomUUID() })).toBe(
      'not-found',
    )
    const made = await make(engineer.keys.organization, { ...door, account: account.id })
    expect(await api.expectStatus(200, '/v1/me', { key: made.secret })).toMatchObject({
      person: { id: engineer.id },
      account: { id: account.id },
      environments: [{ id: staging, role: 'support' }],
      key: { id: made.id, actor: account.id, actorKind: 'service' },
    })
    expect(await refusedKey(made.secret, door)).toBe('forbidden')
    await api.expectStatus(204, `/v1/api-keys/${made.id}`, { key: engineer.keys.staging, method: 'DELETE' })
  })
})

describe('a sign-in token', () => {
  async function signIn(): Promise<string> {
    const body = { kind: 'human', name: 'New Here' }
    const created = await api.expectStatus<{ signInToken: string }>(201, people, {
      key: owner.keys.organization,
      body,
    })
    return created.signInToken
  }

  test('makes keys for a day, and nothing else', async () => {
    const token = await signIn()
    const door = { organization: organization.id }
    const first = await make(token, door)
    await api.expectStatus(200, '/v1/me', { key: first.secret })
    for (const path of ['/v1/me', '/v1/api-keys', '/v1/environments', people]) {
      expect(await code(path, { key: token })).toBe('unauthenticated')
    }
    now += 24 * 60 * 60 * 1000
    expect(await refusedKey(token, door)).toBe('unauthenticated')
    await api.expectStatus(200, '/v1/me', { key: first.secret })
  })

  test('opens no environment in which its person has no role', async () => {
    expect(await refusedKey(await signIn(), { environment: staging })).toBe('not-found')
  })

  test('is stored as a digest', async () => {
    const token = await signIn()
    const { rows } = await stores
      .superuser('control')
      .query('SELECT bool_or(strpos(to_jsonb(sign_in_token)::text, $1) > 0) AS found FROM sign_in_token', [
        token.slice(37, 69),
      ])
    expect(rows[0].found).toBe(false)
  })
})
