import { describe, expect, test } from 'vitest'
import { type Act, acts } from '../../src/domain/rights/acts.ts'
import { inProcessOrchestrator } from '../services/assets/carry-out.ts'
import { source, valueSet } from '../services/assets/samples.ts'
import { type ApiRequest, openApi, type PersonPlan } from '../support/api.ts'
import { openStores } from '../support/stores.ts'
import { putRollout, sampleCheck } from './rollout.ts'

const everywhere = (role: 'engineer' | 'support' | 'viewer'): PersonPlan => ({
  staging: role,
  production: role,
})

const people = {
  admin: { organization: 'admin' },
  member: { organization: 'member' },
  auditor: { auditor: true },
  engineer: everywhere('engineer'),
  support: everywhere('support'),
  viewer: everywhere('viewer'),
  nobody: {},
  requester: everywhere('engineer'),
  approver: { production: 'viewer', groups: ['approvers'] },
  otherApprover: { production: 'viewer', groups: ['approvers'] },
} satisfies Readonly<Record<string, PersonPlan>>

// An owner by role alone: the first one is an engineer everywhere, which is another right.
const roles = ['owner', 'admin', 'member', 'auditor', 'engineer', 'support', 'viewer', 'nobody'] as const
type Role = (typeof roles)[number]

const stores = await openStores()
const api = openApi(stores)
const acting = openApi(stores, { orchestrator: inProcessOrchestrator(stores) })
const organization = await api.newOrganization({ people })
const first = organization.people.owner
const { staging, production } = organization.environments
const base = `/v1/organizations/${organization.id}`

async function ownerByRoleAlone() {
  const { id, signInToken } = await api.expectStatus<{ id: string; signInToken: string }>(
    201,
    `${base}/people`,
    {
      key: first.keys.organization,
      body: { kind: 'human', name: 'Second Owner' },
    },
  )
  const role = { key: first.keys.organization, method: 'PUT', body: { role: 'owner' } }
  await api.expectStatus(200, `${base}/members/${id}`, role)
  const made = await api.expectStatus<{ secret: string }>(201, '/v1/api-keys', {
    key: signInToken,
    body: { name: 'own', organization: organization.id },
  })
  return { id, keys: { organization: made.secret } }
}

interface Keys {
  readonly organization: string
  readonly staging?: string
  readonly production?: string
}

const owner = await ownerByRoleAlone()
const keysOf = (role: Role): Keys => (role === 'owner' ? owner.keys : organization.people[role].keys)

const asset = async (key: string | undefined, environment: string, body: object) =>
  (await acting.expectStatus<{ id: string }>(201, `/v1/environments/${environment}/assets`, { key, body })).id
const { requester } = organization.people
const staged = await asset(requester.keys.staging, staging, valueSet('A'))
const local = await asset(requester.keys.production, production, source)
const promote = (id: string) => ({
  promotingAssets: [{ id, type: 'valueSet' }],
  fromEnvironment: { id: staging },
  toEnvironment: { id: production },
  reason: 'For Monday',
})
const promotion = (
  await api.expectStatus<{ id: string }>(202, '/v1/promotions', {
    key: requester.keys.staging,
    body: promote(await asset(requester.keys.staging, staging, valueSet('B'))),
  })
).id
const bundle = { organization: organization.id, promotion, requester: requester.id }
await putRollout(stores, { ...bundle, staging, production })
const { id: bystander } = await api.expectStatus<{ id: string }>(201, `${base}/people`, {
  key: first.keys.organization,
  body: { kind: 'human', name: 'Bystander' },
})
const { id: account } = await api.expectStatus<{ id: string }>(201, `${base}/people`, {
  key: first.keys.organization,
  body: { kind: 'service', name: 'Pipeline', owner: bystander },
})

const awayInJanuary = { startsAt: '2999-01-01T00:00:00Z', endsAt: '2999-02-01T00:00:00Z', reason: 'Away' }
const { id: delegation } = await api.expectStatus<{ id: string }>(201, '/v1/delegations', {
  key: requester.keys.organization,
  body: { to: bystander, ...awayInJanuary },
})

// Lifted again and again, which changes nothing after the first time.
const { id: freeze } = await api.expectStatus<{ id: string }>(201, `/v1/environments/${production}/freezes`, {
  key: first.keys.organization,
  body: { reason: 'Inventory' },
})

type Door = keyof Keys

interface Attempt {
  readonly through: Door
  call(): readonly [path: string, request: ApiRequest]
}

let turn = 0
const fresh = () => {
  turn += 1
  return String(turn)
}
const organizationAttempt = (path: () => string, request: () => ApiRequest = () => ({})): Attempt => ({
  through: 'organization',
  call: () => [path(), request()],
})
const put = (body: object, headers?: Readonly<Record<string, string>>): ApiRequest => ({
  method: 'PUT',
  body,
  ...(headers === undefined ? {} : { headers }),
})
const approval = (approvals: number) => ({ name: 'sign', kind: 'approval', approvals })
const atSource = (path: string, request: () => ApiRequest = () => ({})): Attempt => ({
  through: 'staging',
  call: () => [path, request()],
})
const inProduction = (path: string, request: () => ApiRequest = () => ({})): Attempt => ({
  through: 'production',
  call: () => [path, request()],
})

/** How each act is tried; another one than the table names is missing here, which the first test tells. */
const attempts: Readonly<Partial<Record<Act, Attempt>>> = {
  'organization.create': organizationAttempt(
    () => '/v1/organizations',
    () => ({ body: { name: 'Another organization', owner: { name: 'Nora North' } } }),
  ),
  'organization.update': organizationAttempt(
    () => base,
    () => ({ method: 'PATCH', body: { name: `Given anew ${fresh()}` } }),
  ),
  'environment.create': organizationAttempt(
    () => `${base}/environments`,
    () => ({ body: { name: `Further ${fresh()}`, kind: 'development' } }),
  ),
  'asset-type.write': organizationAttempt(
    () => `/v1/asset-types/routing${fresh()}`,
    () => put({ schema: {}, promotable: true, references: [], bindings: [], secrets: [], immutable: [] }),
  ),
  'people.read': organizationAttempt(() => `${base}/people`),
  'person.write': organizationAttempt(
    () => `${base}/people`,
    () => ({ body: { kind: 'human', name: 'Another' } }),
  ),
  'owner.write': organizationAttempt(
    () => `${base}/people/${first.id}`,
    () => ({ method: 'PATCH', body: { name: `Olive ${fresh()}` } }),
  ),
  'account.hand-over': organizationAttempt(
    () => `${base}/people/${account}`,
    () => ({ method: 'PATCH', body: { owner: turn % 2 === 0 ? bystander : requester.id, name: fresh() } }),
  ),
  'organization-role.give': organizationAttempt(
    () => `${base}/members/${bystander}`,
    () => put({ role: 'member' }),
  ),
  'environment-role.give': organizationAttempt(
    () => `/v1/environments/${staging}/members/${bystander}`,
    () => put({ role: 'viewer' }),
  ),
  'environment-role.take': organizationAttempt(
    () => `/v1/environments/${production}/members/${bystander}`,
    () => ({ method: 'DELETE' }),
  ),
  'group.write': organizationAttempt(
    () => `${base}/groups/tried`,
    () => put({ members: [bystander] }),
  ),
  'group.remove': organizationAttempt(
    () => `${base}/groups/taken`,
    () => ({ method: 'DELETE' }),
  ),
  'environment.freeze': organizationAttempt(
    () => `/v1/environments/${production}/freezes`,
    () => ({ body: { reason: 'Inventory' } }),
  ),
  'environment.unfreeze': organizationAttempt(
    () => `/v1/environments/${production}/freezes/${freeze}`,
    () => ({ method: 'DELETE' }),
  ),
  'organization.freeze': organizationAttempt(
    () => `${base}/freeze`,
    () => put({ reason: 'Stop' }),
  ),
  'policy.propose': organizationAttempt(
    () => `/v1/environments/${production}/policy`,
    () => put({ rules: [{ name: 'all', steps: [approval((turn % 3) + 1)] }] }, { 'If-Match': '*' }),
  ),
  'policy.confirm': organizationAttempt(
    () => `/v1/environments/${production}/policy/confirm`,
    () => ({ method: 'POST', headers: { 'If-Match': `"${'0'.repeat(64)}"` } }),
  ),
  'policy.check': organizationAttempt(
    () => '/v1/policies/check',
    () => ({ body: { environment: production } }),
  ),
  'key.make': organizationAttempt(
    () => '/v1/api-keys',
    () => ({ body: { name: 'own', organization: organization.id } }),
  ),
  'identity.link': organizationAttempt(
    () => '/v1/me/identity',
    () => ({ method: 'DELETE' }),
  ),
  'delegation.read': organizationAttempt(() => '/v1/delegations'),
  'delegation.give': organizationAttempt(
    () => '/v1/delegations',
    () => ({ body: { to: bystander, ...awayInJanuary } }),
  ),
  'delegation.end': organizationAttempt(
    () => `/v1/delegations/${delegation}`,
    () => ({ method: 'DELETE' }),
  ),
  'environment.inspect': organizationAttempt(() => `/v1/environments/${production}/members`),
  'environment.outline': atSource(`/v1/environments/${production}`),
  'asset.read': inProduction(`/v1/assets/${local}`),
  'asset.write': atSource(`/v1/assets/${staged}`, () =>
    put({ content: valueSet(fresh()).content }, { 'If-Match': '*' }),
  ),
  'asset.write-local': inProduction(`/v1/environments/${production}/assets`, () => ({
    body: { ...source, name: fresh() },
  })),
  'promotion.read': atSource(`/v1/promotions/${promotion}`),
  'promotion.comment': atSource(`/v1/promotions/${promotion}/comments`, () => ({ body: { text: 'Read' } })),
  'promotion.see-values': inProduction(`/v1/promotions/${promotion}`),
  'promotion.request': atSource('/v1/promotions', () => ({ body: promote(staged) })),
  'promotion.withdraw': atSource(`/v1/promotions/${promotion}/withdraw`, () => ({
    body: { reason: 'Not now' },
  })),
  'promotion.decide': inProduction(`/v1/promotions/${promotion}/decisions`, () => ({
    body: { verdict: 'approve', comment: 'read' },
    headers: { 'If-Match': `"${'0'.repeat(64)}"` },
  })),
  'promotion.override': inProduction(`/v1/promotions/${promotion}/override`, () => ({
    body: { reason: 'The interface is down' },
    headers: { 'If-Match': `"${'0'.repeat(64)}"` },
  })),
  'promotion.review-override': inProduction(`/v1/promotions/${promotion}/override/review`, () => ({
    body: { outcome: 'upheld', comment: 'It was' },
  })),
  'promotion.deliver-verdict': inProduction(`/v1/promotions/${promotion}/steps/1/verdict`, () => ({
    body: {
      payloadType: 'application/vnd.countersign.verdict+json',
      payload: 'e30=',
      signatures: [{ sig: 'AAAA' }],
    },
  })),
  'promotion.schedule': inProduction(`/v1/promotions/${promotion}/schedule`, () => ({
    body: { notBefore: null },
  })),
  'promotion.abort': inProduction(`/v1/promotions/${promotion}/abort`, () => ({
    body: { reason: 'Not this week' },
  })),
  'promotion.retry': inProduction(`/v1/promotions/${promotion}/retry`, () => ({ method: 'POST' })),
  'rollout.activate': inProduction(`/v1/promotions/${promotion}/rollout/activate`, () => ({
    method: 'POST',
    headers: { 'If-Match': '*' },
  })),
  'rollout.confirm': inProduction(`/v1/promotions/${promotion}/rollout/confirm`, () => ({
    body: { check: sampleCheck },
    headers: { 'If-Match': '*' },
  })),
  'rollout.complete': inProduction(`/v1/promotions/${promotion}/rollout/complete`, () => ({
    method: 'POST',
    headers: { 'If-Match': '*' },
  })),
  'rollout.rollback': inProduction(`/v1/promotions/${promotion}/rollout/rollback`, () => ({
    body: { reason: 'Orders are lost' },
    headers: { 'If-Match': '*' },
  })),
  'audit.read': organizationAttempt(() => '/v1/audit/events'),
}

/** Acts whose routes have tests of their own. */
const triedElsewhere: readonly Act[] = [
  'asset.restore',
  'secret.supply',
  'content.erase',
  'assets.export',
  'assets.import',
  'delegation.oversee',
]

/** Who may, written out by hand: this is the promise, and the table in the program is held to it. */
const promised: Readonly<Partial<Record<Act, readonly Role[]>>> = {
  'organization.create': ['owner'],
  'organization.update': ['owner', 'admin'],
  'environment.create': ['owner', 'admin'],
  'asset-type.write': ['owner', 'admin'],
  'people.read': ['owner', 'admin', 'member', 'auditor'],
  'person.write': ['owner', 'admin'],
  'owner.write': ['owner'],
  'account.hand-over': ['owner', 'admin'],
  'organization-role.give': ['owner'],
  'environment-role.give': ['owner', 'admin'],
  'environment-role.take': ['owner', 'admin'],
  'group.write': ['owner', 'admin'],
  'group.remove': ['owner', 'admin'],
  'environment.freeze': ['owner', 'admin'],
  'environment.unfreeze': ['owner', 'admin'],
  'organization.freeze': ['owner', 'admin'],
  'policy.propose': ['owner', 'admin'],
  'policy.confirm': ['owner', 'admin'],
  'policy.check': ['owner', 'admin'],
  'key.make': ['owner', 'admin', 'member', 'auditor', 'engineer', 'support', 'viewer', 'nobody'],
  'identity.link': ['owner', 'admin', 'member', 'auditor', 'engineer', 'support', 'viewer', 'nobody'],
  'delegation.read': ['owner', 'admin', 'member', 'auditor', 'engineer', 'support', 'viewer', 'nobody'],
  'delegation.give': ['owner', 'admin', 'member', 'auditor', 'engineer', 'support', 'viewer', 'nobody'],
  'delegation.end': ['owner', 'admin'],
  'environment.inspect': ['owner', 'admin', 'engineer', 'support', 'viewer'],
  // Owners and admins see more of it, by another right.
  'environment.outline': ['owner', 'admin', 'engineer', 'support'],
  'asset.read': ['engineer', 'support', 'viewer'],
  'asset.write': ['engineer', 'support'],
  'asset.write-local': ['engineer'],
  'promotion.read': ['engineer', 'support', 'viewer'],
  'promotion.comment': ['engineer', 'support', 'viewer'],
  'promotion.see-values': ['engineer', 'support', 'viewer'],
  'promotion.request': ['engineer', 'support'],
  'promotion.withdraw': ['engineer', 'support'],
  'promotion.decide': ['engineer', 'support', 'viewer'],
  'promotion.override': ['engineer', 'support', 'viewer'],
  'promotion.review-override': ['engineer', 'support', 'viewer'],
  'promotion.deliver-verdict': ['engineer', 'support', 'viewer'],
  'promotion.schedule': ['engineer'],
  'promotion.abort': ['engineer'],
  'promotion.retry': ['engineer'],
  'rollout.activate': ['engineer'],
  'rollout.confirm': ['engineer'],
  'rollout.complete': ['engineer'],
  'rollout.rollback': ['engineer'],
  'audit.read': ['owner', 'auditor'],
}

test('every act of the table is tried here or has tests of its own', () => {
  const tried = new Set([...Object.keys(attempts), ...triedElsewhere])
  expect(Object.keys(acts).filter((act) => !tried.has(act))).toEqual([])
  expect(Object.keys(promised).toSorted()).toEqual(Object.keys(attempts).toSorted())
})

/** What a key of the organization opens too, for those who oversee it: tried below. */
const overseen: readonly string[] = ['promotion.read', 'promotion.see-values', 'promotion.withdraw']

async function prepare(act: string): Promise<void> {
  const key = first.keys.organization
  if (act === 'environment-role.take') {
    const path = `/v1/environments/${production}/members/${bystander}`
    await api.expectStatus(200, path, { key, ...put({ role: 'viewer' }) })
  }
  if (act === 'group.remove') {
    await api.expectStatus(200, `${base}/groups/taken`, { key, ...put({ members: [] }) })
  }
}

describe.each(Object.entries(attempts))('%s', (act, attempt) => {
  test.each(roles)('%s', async (role) => {
    await prepare(act)
    const keys = keysOf(role)
    // Without a role there is no key of the environment: then the one of the organization shows that it opens nothing.
    const key = keys[attempt.through] ?? keys.organization
    const [path, request] = attempt.call()
    const response = await api.request(path, { ...request, key })
    const text = await response.text()
    const may = promised[act as Act]?.includes(role) === true
    const through = keys[attempt.through] !== undefined
    const overseer = !through && overseen.includes(act) && ['owner', 'admin', 'auditor'].includes(role)
    if (overseer) return
    const told = `${response.status} ${text.slice(0, 300)}`
    if (may) expect(told).not.toMatch(/^(400|401|403|404|422|428|5)/)
    else expect(told).toMatch(/^(403|404) /)
  })
})

describe('a promotion, with a key of the organization', () => {
  const ways = {
    read: [`/v1/promotions/${promotion}`, {}],
    withdraw: [`/v1/promotions/${promotion}/withdraw`, { body: { reason: 'Not now' } }],
  } as const

  test.each([
    ['read', ['owner', 'admin', 'auditor']],
    ['withdraw', ['owner', 'admin']],
  ] as const)('is %s by %s alone', async (act, allowed) => {
    const [path, request] = ways[act]
    for (const role of roles) {
      const { status } = await api.request(path, { ...request, key: keysOf(role).organization })
      const may = allowed.some((one) => one === role)
      expect([role, may ? status < 300 : [403, 404].includes(status)]).toEqual([role, true])
    }
  })
})

describe('assets of a type that takes an engineer', () => {
  test.each(roles)('are written in staging by %s as promised', async (role) => {
    const keys = keysOf(role)
    const { status } = await api.request(`/v1/environments/${staging}/assets`, {
      key: keys.staging ?? keys.organization,
      body: source,
    })
    expect(status).toBe(role === 'engineer' ? 201 : keys.staging === undefined ? 404 : 403)
  })
})
