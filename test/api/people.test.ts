import { describe, expect, test } from 'vitest'
import { type ApiRequest, openApi } from '../support/api.ts'
import { setPolicy } from '../support/policies.ts'
import { openStores } from '../support/stores.ts'

const stores = await openStores()
const api = openApi(stores)

interface Person {
  readonly id: string
  readonly active: boolean
  readonly signInToken?: string | null
}
interface List {
  readonly data: readonly Record<string, unknown>[]
  readonly nextCursor: string | null
}

const plan = {
  admin: { organization: 'admin' },
  member: { organization: 'member' },
  engineer: { staging: 'engineer', production: 'viewer' },
} as const
const organization = await api.newOrganization({ people: plan })
const other = await api.newOrganization()
const { owner, admin, member, engineer } = organization.people
const base = `/v1/organizations/${organization.id}`

async function code(path: string, request: ApiRequest): Promise<string> {
  const response = await api.request(path, request)
  const problem: unknown = await response.json()
  return typeof problem === 'object' && problem !== null && 'code' in problem ? String(problem.code) : 'none'
}

async function entries(type: string): Promise<readonly Record<string, unknown>[]> {
  const { rows } = await stores
    .superuser('control')
    .query(
      "SELECT convert_from(leaf, 'UTF8')::jsonb AS leaf FROM log_entry WHERE organization = $1 AND type = $2 ORDER BY index",
      [organization.id, type],
    )
  return rows.map(({ leaf }) => leaf)
}

function addHuman(name: string, rest: ApiRequest = {}): Promise<Person> {
  return api.expectStatus(201, `${base}/people`, {
    key: owner.keys.organization,
    body: { kind: 'human', name },
    ...rest,
  })
}

describe('adding people', () => {
  test('gives a human a sign-in token, and the log their id and no name', async () => {
    const created = await addHuman('Nora Newcomer', {
      body: { kind: 'human', name: 'Nora Newcomer', email: 'nora@example.org' },
    })
    expect(created).toMatchObject({
      kind: 'human',
      name: 'Nora Newcomer',
      email: 'nora@example.org',
      active: true,
    })
    expect(created.signInToken).toMatch(/^cst_[0-9a-f]{32}_[0-9A-Za-z]{38}$/)
    const written = JSON.stringify((await entries('person.created')).at(-1))
    expect(written).toContain(created.id)
    expect(written).toContain(owner.id)
    expect(written).not.toMatch(/Nora|nora/)
  })

  test('makes a service account for an active human only', async () => {
    const key = admin.keys.organization
    const account = { kind: 'service', name: 'Pipeline', owner: engineer.id }
    const created = await api.expectStatus<Person>(201, `${base}/people`, { key, body: account })
    expect(created).toMatchObject({ kind: 'service', owner: engineer.id, signInToken: null })
    const nested = { key, body: { ...account, owner: created.id } }
    expect(await code(`${base}/people`, nested)).toBe('invalid-body')
    const foreign = { key, body: { ...account, owner: other.people.owner.id } }
    expect(await code(`${base}/people`, foreign)).toBe('invalid-body')
  })

  test('again with the same key answers the first time, without the secret', async () => {
    const idempotencyKey = crypto.randomUUID()
    const first = await addHuman('Once Only', { idempotencyKey })
    const response = await api.request(`${base}/people`, {
      key: owner.keys.organization,
      body: { name: 'Once Only', kind: 'human' },
      idempotencyKey,
    })
    expect(response.status).toBe(201)
    expect(response.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await response.json()).toEqual({ ...first, signInToken: null })
  })

  test('with a key that was used for something else is refused', async () => {
    const idempotencyKey = crypto.randomUUID()
    await addHuman('First Use', { idempotencyKey })
    const request = {
      key: owner.keys.organization,
      idempotencyKey,
      body: { kind: 'human', name: 'Second Use' },
    }
    expect(await code(`${base}/people`, request)).toBe('idempotency-key-reused')
  })

  test('fifty times at once with one key gives one person and one token', async () => {
    const idempotencyKey = crypto.randomUUID()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => addHuman('One Of Fifty', { idempotencyKey })),
    )
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    expect(answers.filter(({ signInToken }) => signInToken !== null)).toHaveLength(1)
    const { rows } = await stores
      .superuser('control')
      .query("SELECT count(*)::integer AS total FROM person WHERE name = 'One Of Fifty'")
    expect(rows[0].total).toBe(1)
  })

  test('is for owners and admins, with a key of the organization', async () => {
    const body = { kind: 'human', name: 'Not This Way' }
    expect(await code(`${base}/people`, { key: member.keys.organization, body })).toBe('forbidden')
    expect(await code(`${base}/people`, { key: owner.keys.production, body })).toBe('forbidden')
    expect(await code(`${base}/people`, { key: other.people.owner.keys.organization, body })).toBe(
      'not-found',
    )
  })

  test('that was refused is an entry, repeats within a minute are not', async () => {
    const fresh = await api.newOrganization({ people: { member: { organization: 'member' } } })
    const body = { kind: 'human', name: 'Refused Name' }
    const request = { key: fresh.people.member.keys.organization, body }
    for (let turn = 0; turn < 3; turn += 1) await code(`/v1/organizations/${fresh.id}/people`, request)
    const { rows } = await stores
      .superuser('control')
      .query(
        "SELECT subject, convert_from(leaf, 'UTF8')::jsonb -> 'data' AS data FROM log_entry WHERE organization = $1 AND type = 'access.denied'",
        [fresh.id],
      )
    expect(rows).toEqual([
      {
        subject: `organization/${fresh.id}`,
        data: {
          actor: { person: fresh.people.member.id, via: 'key', key: expect.any(String) },
          outcome: 'refused',
          details: { code: 'forbidden', operation: 'createPerson', repeats: 0 },
        },
      },
    ])
  })
})

describe('the list of people', () => {
  test('is newest first and loses nobody between its pages', async () => {
    const key = member.keys.organization
    await Promise.all(Array.from({ length: 7 }, (_, place) => addHuman(`Listed ${place}`)))
    const all = await api.expectStatus<List>(200, `${base}/people?limit=100`, { key })
    const paged: unknown[] = []
    let cursor: string | null = null
    do {
      const next: string = cursor === null ? '' : `&cursor=${cursor}`
      const page: List = await api.expectStatus(200, `${base}/people?limit=3${next}`, { key })
      paged.push(...page.data)
      cursor = page.nextCursor
      if (paged.length === 3) await addHuman('Came While Reading')
    } while (cursor !== null)
    expect(paged).toEqual(all.data)
    const times = all.data.map(({ createdAt }) => String(createdAt))
    expect(times).toEqual([...times].sort().reverse())
  })

  test('is for whoever has a role in the organization', async () => {
    expect(await code(`${base}/people`, { key: engineer.keys.organization })).toBe('forbidden')
    expect(await code(`${base}/people`, { key: other.people.owner.keys.organization })).toBe('not-found')
  })
})

describe('deactivating somebody', () => {
  test('closes every door to them at once, and opens them again', async () => {
    const fresh = await api.newOrganization({ people: { leaver: { staging: 'engineer' } } })
    const { leaver } = fresh.people
    const path = `/v1/organizations/${fresh.id}/people/${leaver.id}`
    const set = (active: boolean) =>
      api.expectStatus<Person>(200, path, {
        key: fresh.people.owner.keys.organization,
        method: 'PATCH',
        body: { active },
      })
    expect((await set(false)).active).toBe(false)
    expect(await code('/v1/me', { key: leaver.keys.staging })).toBe('unauthenticated')
    expect(await code('/v1/me', { key: leaver.keys.organization })).toBe('unauthenticated')
    await set(true)
    await api.expectStatus(200, '/v1/me', { key: leaver.keys.staging })
  })

  test('takes the keys of their service accounts for good', async () => {
    const fresh = await api.newOrganization({ people: { leaver: { staging: 'engineer' } } })
    const { leaver, owner: boss } = fresh.people
    const key = boss.keys.organization
    const people = `/v1/organizations/${fresh.id}/people`
    const body = { kind: 'service', name: 'Pipeline', owner: leaver.id }
    const account = await api.expectStatus<Person>(201, people, { key, body })
    const environment = fresh.environments.staging
    const role = { key, method: 'PUT', body: { role: 'engineer' } }
    await api.expectStatus(200, `/v1/environments/${environment}/members/${account.id}`, role)
    const made = await api.expectStatus<{ secret: string }>(201, '/v1/api-keys', {
      key: leaver.keys.organization,
      body: { name: 'pipeline', environment, account: account.id },
    })
    await api.expectStatus(200, '/v1/me', { key: made.secret })
    for (const active of [false, true]) {
      await api.expectStatus(200, `${people}/${leaver.id}`, { key, method: 'PATCH', body: { active } })
      expect(await code('/v1/me', { key: made.secret })).toBe('unauthenticated')
    }
  })

  test('never takes the last owner, not even when two owners remove each other at once', async () => {
    const fresh = await api.newOrganization({ people: { second: { organization: 'owner' } } })
    const { owner: first, second } = fresh.people
    const path = (person: { id: string }) => `/v1/organizations/${fresh.id}/members/${person.id}`
    const answers = await Promise.all([
      api.request(path(second), { key: first.keys.organization, method: 'DELETE' }),
      api.request(path(first), { key: second.keys.organization, method: 'DELETE' }),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 403])
    const left = answers[0]?.status === 204 ? first : second
    const alone = { key: left.keys.organization }
    expect(await code(path(left), { ...alone, method: 'DELETE' })).toBe('last-owner')
    expect(await code(path(left), { ...alone, method: 'PUT', body: { role: 'admin' } })).toBe('last-owner')
  })

  test('of an owner takes an owner', async () => {
    const request = { key: admin.keys.organization, method: 'PATCH', body: { active: false } }
    expect(await code(`${base}/people/${owner.id}`, request)).toBe('forbidden')
  })

  test('of nobody, or of somebody elsewhere, finds nobody', async () => {
    const request = { key: owner.keys.organization, method: 'PATCH', body: { active: false } }
    expect(await code(`${base}/people/${crypto.randomUUID()}`, request)).toBe('not-found')
    expect(await code(`${base}/people/${other.people.owner.id}`, request)).toBe('not-found')
  })
})

describe('roles', () => {
  test('in the organization are given and taken by owners alone', async () => {
    const { id } = await addHuman('Rita Role')
    const path = `${base}/members/${id}`
    const body = { role: 'member', grants: ['auditor'] }
    const put = { method: 'PUT', body }
    expect(await code(path, { key: admin.keys.organization, ...put })).toBe('forbidden')
    const key = owner.keys.organization
    expect(await api.expectStatus(200, path, { key, ...put })).toEqual({ person: id, ...body })
    const list = await api.expectStatus<List>(200, `${base}/members`, { key })
    expect(list.data).toContainEqual({ person: id, ...body })
    await api.expectStatus(204, path, { key, method: 'DELETE' })
    expect(await code(path, { key, method: 'DELETE' })).toBe('not-found')
  })

  test('in an environment are given by admins, to service accounts too, and count at once', async () => {
    const key = admin.keys.organization
    const body = { kind: 'service', name: 'Role Holder', owner: engineer.id }
    const { id } = await api.expectStatus<Person>(201, `${base}/people`, { key, body })
    const path = `/v1/environments/${organization.environments.staging}/members/${id}`
    const role = { person: id, kind: 'service', role: 'support', effectiveRole: 'support' }
    expect(await api.expectStatus(200, path, { key, method: 'PUT', body: { role: 'support' } })).toEqual(role)
    const members = `/v1/environments/${organization.environments.staging}/members`
    const list = await api.expectStatus<List>(200, members, { key: engineer.keys.staging })
    expect(list.data).toContainEqual(role)
    await api.expectStatus(204, path, { key, method: 'DELETE' })
    const after = await api.expectStatus<List>(200, members, { key: engineer.keys.staging })
    expect(after.data).not.toContainEqual(role)
    const denied = { method: 'PUT', body: { role: 'engineer' } }
    expect(await code(path, { key: engineer.keys.staging, ...denied })).toBe('forbidden')
    expect(await code(path, { key: owner.keys.staging, ...denied })).toBe('forbidden')
  })

  test('of a group are replaced as a whole, and only humans hold them', async () => {
    const key = admin.keys.organization
    const path = `${base}/groups/night-shift`
    const put = (members: readonly string[]) => ({ key, method: 'PUT', body: { members } })
    await api.expectStatus(200, path, put([engineer.id, member.id, engineer.id]))
    const both = [engineer.id, member.id].sort()
    expect(await api.expectStatus(200, path, { key })).toEqual({ name: 'night-shift', members: both })
    await api.expectStatus(200, path, put([member.id]))
    const list = await api.expectStatus<List>(200, `${base}/groups`, { key: member.keys.organization })
    expect(list.data).toContainEqual({ name: 'night-shift', members: [member.id] })
    expect(await code(path, put([member.id, other.people.owner.id]))).toBe('invalid-body')
    expect(await code(`${base}/groups/Night%20Shift`, put([]))).toBe('not-found')
    await api.expectStatus(204, path, { key, method: 'DELETE' })
    expect(await code(path, { key })).toBe('not-found')
    expect(await code(path, { ...put([]), key: member.keys.organization })).toBe('forbidden')
  })
})

describe('environments', () => {
  const names = async (key: string | undefined) =>
    (await api.expectStatus<List>(200, '/v1/environments', { key })).data.map(({ kind, role }) => [
      kind,
      role,
    ])

  test('are seen by role; owners and admins see all; who writes in staging sees where it leads', async () => {
    expect(await names(owner.keys.organization)).toEqual([
      ['production', 'engineer'],
      ['staging', 'engineer'],
      ['development', 'engineer'],
    ])
    expect(await names(admin.keys.organization)).toEqual([
      ['production', null],
      ['staging', null],
      ['development', null],
    ])
    expect(await names(engineer.keys.staging)).toEqual([
      ['production', null],
      ['staging', 'engineer'],
    ])
    expect(await names(engineer.keys.production)).toEqual([['production', 'viewer']])
    expect(await names(member.keys.organization)).toEqual([])
  })

  test('of another kind or another organization are not there for a key', async () => {
    const { development, staging, production } = organization.environments
    const at = (id: string) => `/v1/environments/${id}`
    expect(await code(at(development), { key: engineer.keys.staging })).toBe('not-found')
    expect(await code(at(staging), { key: engineer.keys.production })).toBe('not-found')
    expect(await code(at(staging), { key: other.people.owner.keys.organization })).toBe('not-found')
    const outline = await api.expectStatus(200, at(production), { key: engineer.keys.staging })
    expect(outline).toMatchObject({ id: production, name: 'production', kind: 'production', role: null })
    expect(await code(`${at(production)}/members`, { key: engineer.keys.staging })).toBe('forbidden')
  })
})

describe('the policy of production', () => {
  const path = `/v1/environments/${organization.environments.production}/policy`
  const policy = (approvals: number) => ({
    rules: [{ name: 'all', steps: [{ name: 'sign', kind: 'approval', approvals, groups: ['approvers'] }] }],
  })
  const put = (version: string, body: unknown, key = admin.keys.organization) => ({
    key,
    method: 'PUT',
    body,
    headers: { 'If-Match': version },
  })

  test('starts with two approvals and takes new versions from who saw the newest', async () => {
    const response = await api.request(path, { key: engineer.keys.production })
    expect(response.headers.get('ETag')).toBe('"1"')
    expect(await response.json()).toMatchObject({ version: 1, rules: [{ steps: [{ approvals: 2 }] }] })
    await setPolicy(api, organization.environments.production, policy(1), [admin, owner])
    expect(await code(path, put('"1"', policy(3)))).toBe('precondition-failed')
    const stored = await api.expectStatus<{ version: number; rules: unknown }>(200, path, {
      key: admin.keys.organization,
    })
    expect(stored).toMatchObject({ version: 2, rules: [{ expiresAfter: 'P7D', landWithin: 'PT10M' }] })
    const same = await api.expectStatus(200, path, put('"2"', { rules: stored.rules }))
    expect(same).toMatchObject(stored)
    const written = await entries('policy.set')
    expect(written).toHaveLength(2)
  })

  test('never goes without an approval, a group that exists, or a duration that means something', async () => {
    const [rule] = policy(1).rules
    const review = { name: 'read', kind: 'review', approvals: 1 }
    const refused = [
      { rules: [] },
      { rules: [rule, rule] },
      { rules: [{ ...rule, steps: [review] }] },
      { rules: [{ ...rule, steps: [{ ...review, kind: 'approval', approvals: 0 }] }] },
      { rules: [{ ...rule, steps: [{ ...review, kind: 'approval', groups: ['nobody'] }] }] },
      { rules: [{ ...rule, expiresAfter: 'P1M' }] },
      { rules: [{ ...rule, expiresAfter: 'PT0S' }] },
    ]
    for (const body of refused) expect(await code(path, put('*', body))).toBe('invalid-body')
  })

  test('is set by owners and admins with a key of the organization', async () => {
    expect(await code(path, put('*', policy(1), engineer.keys.organization))).toBe('forbidden')
    expect(await code(path, put('*', policy(1), owner.keys.production))).toBe('forbidden')
    expect(await code(path, put('*', policy(1), owner.keys.staging))).toBe('forbidden')
    expect(await code(path, put('*', policy(1), member.keys.organization))).toBe('not-found')
  })
})

test('an organization is read with any of its keys, and by nobody else', async () => {
  const shown = await api.expectStatus(200, base, { key: engineer.keys.staging })
  expect(shown).toMatchObject({ id: organization.id, name: 'Test organization' })
  const list = await api.expectStatus<List>(200, '/v1/organizations', { key: engineer.keys.staging })
  expect(list.data).toEqual([shown])
  expect(await code(base, { key: other.people.owner.keys.organization })).toBe('not-found')
})

const put = (body: unknown) => ({ method: 'PUT', body })
const ofAnOrganization: readonly (readonly [string, ApiRequest])[] = [
  ['', {}],
  ['/people', {}],
  ['/people', { body: { kind: 'human', name: 'Anybody' } }],
  [`/people/${engineer.id}`, { method: 'PATCH', body: { active: false } }],
  ['/members', {}],
  [`/members/${engineer.id}`, put({ role: 'owner' })],
  [`/members/${owner.id}`, { method: 'DELETE' }],
  ['/groups', {}],
  ['/groups/approvers', {}],
  ['/groups/approvers', put({ members: [] })],
  ['/groups/approvers', { method: 'DELETE' }],
]
const ofAnEnvironment: readonly (readonly [string, ApiRequest])[] = [
  ['', {}],
  ['/members', {}],
  [`/members/${engineer.id}`, put({ role: 'viewer' })],
  [`/members/${engineer.id}`, { method: 'DELETE' }],
  ['/policy', {}],
  [
    '/policy',
    {
      ...put({ rules: [{ name: 'all', steps: [{ name: 'sign', kind: 'approval', approvals: 1 }] }] }),
      headers: { 'If-Match': '*' },
    },
  ],
]

test.for([
  ...ofAnOrganization.map(([path, request]) => [`${base}${path}`, request] as const),
  ...ofAnEnvironment.map(
    ([path, request]) =>
      [`/v1/environments/${organization.environments.production}${path}`, request] as const,
  ),
])('an owner of another organization finds nothing at %s %o', async ([path, request]) => {
  expect(await code(path, { ...request, key: other.people.owner.keys.organization })).toBe('not-found')
})

test.for(ofAnOrganization.slice(1))(
  'a key of an environment does not open %s %o',
  async ([path, request]) => {
    expect(await code(`${base}${path}`, { ...request, key: owner.keys.production })).toBe('forbidden')
  },
)
