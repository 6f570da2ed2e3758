import { scopeShape } from '../../src/contract/people/scope.ts'
import type { EnvironmentKind } from '../../src/services/context.ts'
import { inProcessOrchestrator } from '../services/assets/carry-out.ts'
import { source, valueSet } from '../services/assets/samples.ts'
import { type ApiRequest, openApi, type PersonPlan, type TestApi, type TestPerson } from '../support/api.ts'
import { policyOf, proposing, setPolicy } from '../support/policies.ts'
import { publishAllKeys } from '../support/sealing.ts'
import { openStores, type TestStores } from '../support/stores.ts'
import { approval, type Line, plainPolicy } from './lines.ts'
import type { Operation } from './operations.ts'
import { putRollout } from './rollout.ts'

export const kinds: readonly EnvironmentKind[] = ['development', 'staging', 'production']

export type Door = EnvironmentKind | 'organization'

export const doors: readonly Door[] = [...kinds, 'organization']

/** Ids that exist, to call an operation with: those of one environment, and of the organization it belongs to. */
export interface Sample {
  readonly organization: string
  readonly environment: string
  readonly staging: string
  readonly production: string
  readonly asset: string
  readonly version: string
  /** An asset that has a secret field. */
  readonly credential: string
  /** An asset of staging that no promotion is about. */
  readonly staged: string
  readonly content: { readonly type: string; readonly name: string; readonly content: object }
  readonly person: string
  /** Of a group. */
  readonly name: string
  readonly key: string
  /** Of the environment. */
  readonly freeze: string
  readonly command: string
  readonly promotion: string
  readonly delegation: string
  readonly type: string
}

const everywhere = { development: 'engineer', staging: 'engineer', production: 'engineer' } as const
const viewing = { development: 'viewer', staging: 'viewer', production: 'viewer' } as const

const people = {
  requester: everywhere,
  auditor: { auditor: true },
  watcher: { auditor: true, ...viewing },
  leaver: { organization: 'admin', ...everywhere },
  member: { organization: 'member', ...viewing },
} satisfies Readonly<Record<string, PersonPlan>>

const content = (kind: EnvironmentKind) => (kind === 'production' ? source : valueSet('A', 'B'))

/** Everything the shared suite calls with: two organizations alike, and keys of every sort in the first. */
export interface World {
  readonly api: TestApi
  readonly stores: TestStores
  readonly samples: Readonly<Record<EnvironmentKind, Sample>>
  readonly owner: TestPerson
  readonly auditor: TestPerson
  readonly watcher: TestPerson
  readonly leaver: TestPerson
  readonly attacker: TestPerson
  readonly signInToken: string
  readonly account: Readonly<Record<Door, string>>
  readonly expired: Readonly<Record<Door, string>>
  readonly revoked: Readonly<Record<Door, string>>
  readonly reading: Readonly<Record<Door, string>>
  /** A key of the owner with every scope but one. */
  without(scope: string, door: Door): Promise<string>
}

interface Made {
  readonly id: string
  readonly secret: string
}

/** Prepares it with real requests; what only a worker could bring about is written into the tables. */
export async function openWorld(): Promise<World> {
  const stores = await openStores()
  const api = openApi(stores)
  const withProduction = openApi(stores, { orchestrator: inProcessOrchestrator(stores) })
  const organization = await api.newOrganization({ people })
  const attacker = (await api.newOrganization({ people: {} })).people.owner
  const { owner, requester } = organization.people
  const { id, environments } = organization
  const asOwner = (body: object): ApiRequest => ({ key: owner.keys.organization, body })
  const base = `/v1/organizations/${id}`

  async function makeKey(key: string, door: Door, more: object = {}): Promise<Made> {
    const opened = door === 'organization' ? { organization: id } : { environment: environments[door] }
    return api.expectStatus(201, '/v1/api-keys', { key, body: { name: 'for the suite', ...opened, ...more } })
  }
  async function forEachDoor(make: (door: Door) => Promise<string>): Promise<Record<Door, string>> {
    const made = await Promise.all(doors.map(async (door) => [door, await make(door)] as const))
    return Object.fromEntries(made) as Record<Door, string>
  }
  async function endKey(column: 'expires_at' | 'revoked_at', door: Door): Promise<string> {
    const made = await makeKey(owner.keys.organization, door)
    const change = `UPDATE api_key SET ${column} = now() - interval '1 second' WHERE id = $1`
    await stores.superuser('control').query(change, [made.id])
    return made.secret
  }

  const bystander = await api.expectStatus<{ id: string; signInToken: string }>(
    201,
    `${base}/people`,
    asOwner({ kind: 'human', name: 'Bystander' }),
  )
  const account = await api.expectStatus<{ id: string }>(
    201,
    `${base}/people`,
    asOwner({ kind: 'service', name: 'Pipeline', owner: owner.id }),
  )
  const put = (path: string, body: object) =>
    api.expectStatus(200, path, { key: owner.keys.organization, method: 'PUT', body })
  await put(`${base}/members/${bystander.id}`, { role: 'member' })
  await put(`${base}/groups/sample`, { members: [bystander.id] })
  for (const kind of kinds) {
    await put(`/v1/environments/${environments[kind]}/members/${bystander.id}`, { role: 'viewer' })
    await put(`/v1/environments/${environments[kind]}/members/${account.id}`, { role: 'engineer' })
  }
  // What the suite sets is in force already, so that what is proposed beside it stays open.
  const { leaver } = organization.people
  const proposed = { rules: [{ name: 'all', steps: [{ ...approval, approvals: 2 }] }] }
  for (const kind of kinds) {
    await setPolicy(api, environments[kind], plainPolicy, [owner, leaver])
    await api.expectStatus(202, policyOf(environments[kind]), proposing(leaver, proposed))
  }
  await publishAllKeys(stores)
  const assets = new Map<EnvironmentKind, string>()
  const credentials = new Map<EnvironmentKind, string>()
  for (const kind of kinds) {
    const path = `/v1/environments/${environments[kind]}/assets`
    const request = { key: owner.keys[kind], body: content(kind) }
    const made = await withProduction.expectStatus<{ id: string }>(201, path, request)
    assets.set(kind, made.id)
    const credential = { type: 'authCredential', name: 'Intake', content: { authStrategy: 'OAuth' } }
    const secretive = { key: owner.keys[kind], body: credential }
    credentials.set(kind, (await withProduction.expectStatus<{ id: string }>(201, path, secretive)).id)
  }
  const stage = (value: string) =>
    api.expectStatus<{ id: string }>(201, `/v1/environments/${environments.staging}/assets`, {
      key: requester.keys.staging,
      body: valueSet(value),
    })
  const requested = await stage('C')
  const staged = await stage('D')
  const promotion = await api.expectStatus<{ id: string }>(202, '/v1/promotions', {
    key: requester.keys.staging,
    body: {
      promotingAssets: [{ id: requested.id, type: 'valueSet' }],
      fromEnvironment: { id: environments.staging },
      toEnvironment: { id: environments.production },
      reason: 'The sample',
    },
  })
  await api.expectStatus(202, `/v1/promotions/${promotion.id}/withdraw`, {
    key: owner.keys.staging,
    body: { reason: 'Makes a command' },
  })
  const delegation = await api.expectStatus<{ id: string }>(201, '/v1/delegations', {
    key: requester.keys.organization,
    body: {
      to: bystander.id,
      startsAt: '2999-01-01T00:00:00Z',
      endsAt: '2999-02-01T00:00:00Z',
      reason: 'The sample',
    },
  })
  const { rows } = await stores
    .superuser('control')
    .query('SELECT id FROM command WHERE organization = $1 AND person = $2 AND kind = $3', [
      id,
      owner.id,
      'withdraw',
    ])
  const { staging, production } = environments
  const asked = { organization: id, promotion: promotion.id, requester: requester.id }
  await putRollout(stores, { ...asked, staging, production })
  const frozen = async (kind: EnvironmentKind) => {
    const path = `/v1/environments/${environments[kind]}/freezes`
    return (await api.expectStatus<{ id: string }>(201, path, asOwner({ reason: 'The sample' }))).id
  }
  const sample = async (kind: EnvironmentKind): Promise<Sample> => ({
    organization: id,
    environment: environments[kind],
    staging: environments.staging,
    production: environments.production,
    asset: assets.get(kind) ?? '',
    version: '1',
    credential: credentials.get(kind) ?? '',
    staged: staged.id,
    content: content(kind),
    person: bystander.id,
    name: 'sample',
    key: (await makeKey(owner.keys.organization, kind)).id,
    freeze: await frozen(kind),
    command: String(rows[0]?.id),
    promotion: promotion.id,
    delegation: delegation.id,
    type: 'valueSet',
  })
  const samples = {
    development: await sample('development'),
    staging: await sample('staging'),
    production: await sample('production'),
  }
  const ownerKey = owner.keys.organization
  const accountKey = async (door: Door) => (await makeKey(ownerKey, door, { account: account.id })).secret
  const readScopes = scopeShape.options.filter((scope) => scope.endsWith(':read'))
  const limited = new Map<string, Promise<string>>()
  const world: World = {
    api,
    stores,
    samples,
    ...organization.people,
    attacker,
    signInToken: bystander.signInToken,
    account: await forEachDoor(accountKey),
    expired: await forEachDoor((door) => endKey('expires_at', door)),
    revoked: await forEachDoor((door) => endKey('revoked_at', door)),
    reading: await forEachDoor(
      async (door) => (await makeKey(ownerKey, door, { scopes: readScopes })).secret,
    ),
    without(scope, door) {
      const name = `${scope} ${door}`
      const scopes = scopeShape.options.filter((one) => one !== scope)
      const made = limited.get(name) ?? makeKey(ownerKey, door, { scopes }).then(({ secret }) => secret)
      limited.set(name, made)
      return made
    },
  }
  await api.expectStatus(200, `${base}/people/${world.leaver.id}`, {
    key: ownerKey,
    method: 'PATCH',
    body: { active: false },
  })
  return world
}

/** The request that calls an operation with the ids of a sample; valid but for the key. */
export function callOf(
  { method, path, asksIfMatch }: Operation,
  line: Line,
  sample: Sample,
): { readonly path: string; readonly request: ApiRequest } {
  const given: Readonly<Record<string, unknown>> = { ...sample, ...line.parameters?.(sample) }
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = given[name]
    if (typeof value !== 'string')
      throw new TypeError(`the sample has no ${name}: give it in the line's parameters`)
    return encodeURIComponent(value)
  })
  const query = new URLSearchParams(line.query?.(sample)).toString()
  const body = line.body?.(sample)
  return {
    path: query === '' ? filled : `${filled}?${query}`,
    request: {
      method,
      ...(body === undefined ? {} : { body }),
      ...(asksIfMatch ? { headers: { 'If-Match': line.ifMatch ?? '*' } } : {}),
    },
  }
}
