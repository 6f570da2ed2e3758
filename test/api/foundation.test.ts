import { Writable } from 'node:stream'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { openApiDocument } from '../../src/api/documents/open-api.ts'
import { problemShape, problemTypes } from '../../src/contract/problem.ts'
import { openPool } from '../../src/db/pool.ts'
import type { ProblemCode } from '../../src/domain/problem-code.ts'
import { type ApiRequest, openApi } from '../support/api.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const api = openApi(stores)
const organization = await api.newOrganization({ people: { member: { organization: 'member' } } })
const owner = organization.people.owner.keys.organization
const member = organization.people.member.keys.organization
const people = `/v1/organizations/${organization.id}/people`
const policy = `/v1/environments/${organization.environments.production}/policy`
const person = { kind: 'human', name: 'Pat' }

async function problemOf(path: string, request?: ApiRequest) {
  const response = await api.request(path, request)
  return { response, problem: problemShape.parse(await response.json()) }
}

const refusals: readonly (readonly [ProblemCode, string, ApiRequest])[] = [
  ['malformed-json', people, { key: owner, body: '{"kind": ' }],
  ['malformed-json', people, { key: owner, body: new Uint8Array([0x22, 0xff, 0x22]) }],
  ['malformed-json', people, { key: owner, body: '' }],
  ['unknown-parameter', `${people}?order=name`, { key: owner }],
  ['unknown-parameter', '/v1/me?verbose=true', { key: owner }],
  ['invalid-parameter', `${people}?limit=0`, { key: owner }],
  ['invalid-parameter', `${people}?limit=101`, { key: owner }],
  ['invalid-parameter', `${people}?cursor=bm90IG9uZQ`, { key: owner }],
  ['invalid-parameter', people, { key: owner, body: person, idempotencyKey: 'k'.repeat(256) }],
  ['idempotency-key-missing', people, { key: owner, body: person, idempotencyKey: null }],
  ['unauthenticated', people, { body: person }],
  ['forbidden', people, { key: member, body: person }],
  ['not-found', '/v1/nowhere', { key: owner }],
  ['not-found', `${people}/not-a-uuid`, { key: owner, method: 'PATCH', body: { active: true } }],
  ['method-not-allowed', people, { key: owner, method: 'DELETE' }],
  [
    'last-owner',
    `${people}/${organization.people.owner.id}`,
    { key: owner, method: 'PATCH', body: { active: false } },
  ],
  ['precondition-failed', policy, put({ 'If-Match': '"7"' })],
  ['precondition-failed', policy, put({ 'If-Match': 'W/"1"' })],
  ['precondition-required', policy, put({})],
  ['too-large', people, { key: owner, body: JSON.stringify({ name: 'x'.repeat(1_048_577) }) }],
  ['unsupported-media-type', people, { key: owner, body: person, headers: { 'Content-Type': 'text/plain' } }],
  [
    'unsupported-media-type',
    people,
    { key: owner, body: person, headers: { 'Content-Type': 'application/json; charset=latin1' } },
  ],
  ['duplicate-key', people, { key: owner, body: '{"kind":"human","name":"A","name":"B"}' }],
  ['lossy-number', people, { key: owner, body: '{"kind":"human","name":12345678901234567890}' }],
  ['too-deep', people, { key: owner, body: `${'['.repeat(65)}${']'.repeat(65)}` }],
  ['invalid-body', people, { key: owner, body: { kind: 'human' } }],
  ['invalid-body', people, { key: owner, body: '{"kind":"human","name":"\\ud800"}' }],
  ['invalid-body', people, { key: owner, body: [] }],
  ['invalid-body', people, { key: owner, method: 'POST' }],
  ['unknown-property', people, { key: owner, body: { ...person, admin: true } }],
]

function put(headers: Record<string, string>): ApiRequest {
  const body = { rules: [{ name: 'all', steps: [{ name: 'one', kind: 'approval', approvals: 1 }] }] }
  return { key: owner, method: 'PUT', body, headers }
}

describe('a refused request', () => {
  test.for(refusals)('is answered as the problem %s: %s', async ([code, path, request]) => {
    const before = await rowsOfPeople()
    const { response, problem } = await problemOf(path, request)
    const { status, title } = problemTypes[code]
    expect(problem).toMatchObject({ code, status, title, type: `https://countersign.dev/problems/${code}` })
    expect(response.status).toBe(status)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect(problem.instance).toBe(response.headers.get('X-Request-Id'))
    expect(problem.detail).toMatch(/\.$/)
    expect(await rowsOfPeople()).toBe(before)
  })

  test('names the place in the body and never the value there', async () => {
    const body = { kind: 'human', name: '', email: 'no address with-a-secret' }
    const { problem } = await problemOf(people, { key: owner, body })
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(['/name', '/email'])
    expect(JSON.stringify(problem)).not.toContain('with-a-secret')
  })

  test('points to an unknown property, wherever it stands', async () => {
    const step = { name: 'one', kind: 'approval', approvals: 1, 'any/body': true }
    const body = { rules: [{ name: 'all', steps: [step] }] }
    const { problem } = await problemOf(policy, { ...put({ 'If-Match': '"1"' }), body })
    expect(problem.errors).toEqual([{ pointer: '/rules/0/steps/0/any~1body', message: 'is not known here' }])
  })

  test('says which methods a resource knows', async () => {
    const { response } = await problemOf(people, { key: owner, method: 'DELETE' })
    expect(response.headers.get('Allow')).toBe('GET, POST')
  })

  test('without credentials says how to bring them', async () => {
    const { response } = await problemOf('/v1/me')
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer realm="countersign"')
  })
})

async function rowsOfPeople(): Promise<number> {
  const { rows } = await stores.superuser('control').query('SELECT count(*)::integer AS total FROM actor')
  return rows[0].total
}

test('a key gets its share of a minute, and is told when it may go on', async () => {
  const limited = openApi(stores, { requestsPerMinute: { key: 3, address: 100 } })
  const statuses: number[] = []
  for (let turn = 0; turn < 4; turn += 1) {
    statuses.push((await limited.request('/v1/me', { key: member })).status)
  }
  expect(statuses).toEqual([200, 200, 200, 429])
  const response = await limited.request('/v1/me', { key: member })
  const problem = await response.json()
  expect(problem).toMatchObject({ code: 'rate-limited', status: 429 })
  expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0)
  expect(response.headers.get('RateLimit-Policy')).toBe('"key";q=3;w=60')
  expect(response.headers.get('RateLimit')).toMatch(/^"key";r=0;t=\d+$/)
  expect((await limited.request('/v1/me', { key: owner })).status).toBe(200)
})

test('an address without a valid key is turned away before anything is looked up', async () => {
  const limited = openApi(stores, { requestsPerMinute: { key: 100, address: 2 } })
  const statuses: number[] = []
  for (let turn = 0; turn < 4; turn += 1) statuses.push((await limited.request('/v1/me')).status)
  expect(statuses).toEqual([401, 401, 429, 429])
})

test('behind a proxy of ours the address is the one that the proxy saw, whatever the caller claims', async () => {
  const limited = openApi(stores, { requestsPerMinute: { key: 100, address: 1 }, trustProxy: true })
  const from = async (forwarded: string) =>
    (await limited.request('/v1/me', { headers: { 'X-Forwarded-For': forwarded } })).status
  expect(await from('192.0.2.9, 198.51.100.1')).toBe(401)
  expect(await from('198.51.100.2')).toBe(401)
  expect(await from('203.0.113.77, 198.51.100.1')).toBe(429)
})

test('a repetition of a request that hangs is told that the first one is still running', async () => {
  const url = new URL(stores.address('control', 'api'))
  url.searchParams.set('statement_timeout', '300')
  const control = openPool({ store: 'control', role: 'api', url: url.href, onIdleError: () => {} })
  const impatient = openApi({
    ...stores,
    pool: (store, role) => (store === 'control' ? control : stores.pool(store, role)),
  })
  const hanging = await stores.superuser('control').connect()
  try {
    await hanging.query('BEGIN')
    await hanging.query(
      `INSERT INTO idempotency_key (organization, actor, operation, key, fingerprint, resource)
       VALUES ($1, $2, 'createPerson', 'hangs', sha256(''), gen_random_uuid())`,
      [organization.id, organization.people.owner.id],
    )
    const response = await impatient.request(people, { key: owner, body: person, idempotencyKey: 'hangs' })
    expect(response.status).toBe(409)
    expect(await response.json()).toMatchObject({ code: 'request-running' })
  } finally {
    await hanging.query('ROLLBACK')
    hanging.release()
    await control.pool.end()
  }
})

test('a request while the database is away is answered 503 and worth another try', async () => {
  const url = 'postgres://api@127.0.0.1:1/control'
  const control = openPool({ store: 'control', role: 'api', url, onIdleError: () => {} })
  const away = openApi({
    ...stores,
    pool: (store, role) => (store === 'control' ? control : stores.pool(store, role)),
  })
  const response = await away.request('/v1/me', { key: owner })
  expect(response.status).toBe(503)
  expect(response.headers.get('Retry-After')).toBe('5')
  expect(await response.json()).toMatchObject({ code: 'unavailable' })
  const ready = await away.request('/readyz')
  expect(problemShape.parse(await ready.json()).errors?.map(({ pointer }) => pointer)).toEqual([
    'control',
    'temporal',
  ])
})

test('the service is alive without Temporal, and not ready', async () => {
  expect((await api.request('/healthz')).status).toBe(200)
  const { response, problem } = await problemOf('/readyz')
  expect(response.status).toBe(503)
  expect(problem.errors).toEqual([{ pointer: 'temporal', message: 'does not answer' }])
})

describe('the log', async () => {
  const lines: string[] = []
  const logger = pino(new Writable({ write: (line, _, done) => done(void lines.push(String(line))) }))
  const damaged = await openStores()
  const logged = openApi(damaged, { logger })
  const own = await logged.newOrganization()
  const key = own.people.owner.keys.organization
  const path = `/v1/organizations/${own.id}/people`

  test('has one line for a request: the route, who, and how it ended', async () => {
    lines.length = 0
    const response = await logged.request(`${path}?limit=2`, { key })
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        requestId: response.headers.get('X-Request-Id'),
        method: 'GET',
        route: '/v1/organizations/:organization/people',
        status: 200,
        organization: own.id,
        person: own.people.owner.id,
      }),
    ])
    expect(lines.join('')).not.toContain('limit')
  })

  test('says nothing of an error of ours but where it happened; the answer says less', async () => {
    await damaged.superuser('control').query('REVOKE INSERT (name) ON person FROM api')
    lines.length = 0
    const response = await logged.request(path, { key, body: { kind: 'human', name: 'Confidential Name' } })
    expect(response.status).toBe(500)
    const answered = await response.text()
    expect(Object.keys(JSON.parse(answered)).sort()).toEqual(['code', 'instance', 'status', 'title', 'type'])
    expect(lines.join('')).toContain('42501')
    expect(lines.join('')).not.toMatch(/Confidential|insert into/i)
  })

  test('never holds a secret, whatever is done with it', async () => {
    lines.length = 0
    const door = { organization: own.id }
    const made = await logged.expectStatus<{ secret: string; id: string }>(201, '/v1/api-keys', {
      key,
      body: { name: 'short-lived', ...door },
    })
    await logged.request(`/v1/me?token=${made.secret}`, { key: made.secret })
    await logged.request('/v1/me', { key: `${made.secret}x` })
    await logged.expectStatus(204, `/v1/api-keys/${made.id}`, { key: made.secret, method: 'DELETE' })
    await logged.request('/v1/me', { key: made.secret })
    expect(lines).toHaveLength(5)
    expect(lines.join('')).not.toContain(made.secret.slice(8, 40))
    expect(lines.join('')).not.toContain(key.slice(41, 73))
  })
})

/** A path of the router as the document has it. */
function documented(path: string): string {
  return path.replaceAll(/:verb\{([^}]+)\}/g, '$1').replaceAll(/\/:(\w+)/g, '/{$1}')
}

describe('the description of the API', async () => {
  const document = openApiDocument(api.app)
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
      const operation = item?.[method]
      return operation === undefined ? [] : [{ path, method, operation }]
    }),
  )
  const guarded = operations.filter(({ operation }) => (operation.security ?? []).length > 0)

  test('is OpenAPI 3.1 with an operation for every route that is served', async () => {
    const served = await api.expectStatus<{ openapi: string; paths: object }>(200, '/openapi.json')
    expect(served.openapi).toBe('3.1.0')
    const routes = api.app.routes.filter(({ path, method }) => method !== 'ALL' && path !== '/openapi.json')
    const described = new Set(operations.map(({ path, method }) => `${method} ${path}`))
    const missing = routes
      .map(({ path, method }) => `${method.toLowerCase()} ${documented(path)}`)
      .filter((route) => route !== 'get /docs' && !described.has(route))
    expect(missing).toEqual([])
    expect(operations.length).toBeGreaterThan(20)
  })

  test('names every operation once, with a summary, a description, a tag and the problems it has', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { operation } of operations) {
      expect(operation).toMatchObject({
        operationId: expect.stringMatching(/^[a-z][A-Za-z]+$/),
        summary: expect.stringMatching(/./),
        description: expect.stringMatching(/\.$/),
        tags: [expect.stringMatching(/./)],
      })
      expect(Object.keys(operation.responses ?? {})).toContain('500')
    }
  })

  test('is a page for people too, which loads nothing', async () => {
    const page = await (await api.request('/docs')).text()
    for (const { operation } of operations) expect(page).toContain(`id="${operation.operationId}"`)
    expect(page).not.toMatch(/<script|src=|@import|url\(/)
  })

  test.for(guarded.map(({ path, method }) => [method, path] as const))(
    'keeps its word that %s %s takes a key',
    async ([method, path]) => {
      const somewhere = path.replaceAll(/\{[a-zA-Z]+\}/g, organization.id)
      const response = await api.request(somewhere, { method: method.toUpperCase() })
      expect(response.status).toBe(401)
    },
  )
})
