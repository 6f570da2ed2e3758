import { type Logger, pino } from 'pino'
import { createApp } from '../../src/api/app.ts'
import type { ApiDependencies, CountersignApp } from '../../src/api/environment.ts'
import type { Store } from '../../src/db/stores.ts'
import {
  type ActorId,
  type EnvironmentId,
  instant,
  type OrganizationId,
} from '../../src/domain/identifiers.ts'
import type { Policy } from '../../src/domain/policy/policy.ts'
import type { NamedHost } from '../../src/outbound/find-target.ts'
import { refusalBeforehand } from '../../src/runtime/installation/outside.ts'
import { openFittingMemory } from '../../src/services/assets/fitting-memory.ts'
import type { ApiStores, EnvironmentKind } from '../../src/services/context.ts'
import { bootstrap } from '../../src/services/organizations/bootstrap.ts'
import {
  type Clock,
  type IdentityProvider,
  type Orchestrator,
  OrchestratorAway,
} from '../../src/services/ports.ts'
import { openScreeningMemory, type ScreeningMemory } from '../../src/services/screening/screening-memory.ts'
import type { TestStores } from './stores.ts'

/** The workflow service as it is when it cannot be reached. */
export const awayOrchestrator: Orchestrator = {
  start: () => Promise.reject(new OrchestratorAway('away')),
  deliver: () => Promise.reject(new OrchestratorAway('away')),
  finished: () => Promise.reject(new OrchestratorAway('away')),
  lookAgain: () => Promise.resolve(),
  ready: () => Promise.resolve(false),
}

const systemClock: Clock = { now: () => instant(Date.now()) }

export interface ApiOptions {
  readonly orchestrator?: Orchestrator
  readonly clock?: Clock
  readonly screenings?: ScreeningMemory
  readonly identityProvider?: IdentityProvider
  readonly logger?: Logger
  readonly requestsPerMinute?: ApiDependencies['requestsPerMinute']
  readonly trustProxy?: boolean
  /** Hosts that checks may be at besides public ones. */
  readonly checkedHosts?: readonly NamedHost[]
  /** Stores with a name of their own, beside the shared ones. */
  readonly namedStores?: readonly Store[]
}

export interface ApiRequest {
  readonly key?: string | undefined
  /** GET when left out; POST when there is a body. */
  readonly method?: string
  /** Sent as JSON; a string or bytes as they are. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** A fresh one on every POST when left out; null leaves the header out. */
  readonly idempotencyKey?: string | null
}

/** The roles of one person; they get a key of each environment they have a role in, and one of the organization. */
export interface PersonPlan {
  readonly development?: 'engineer' | 'support' | 'viewer'
  readonly staging?: 'engineer' | 'support' | 'viewer'
  readonly production?: 'engineer' | 'support' | 'viewer'
  readonly organization?: 'owner' | 'admin' | 'member'
  readonly auditor?: boolean
  readonly groups?: readonly string[]
}

export type PersonKeys = Readonly<Partial<Record<EnvironmentKind, string>>> & {
  readonly organization: string
}

export interface TestPerson {
  readonly id: ActorId
  readonly keys: PersonKeys
}

export interface TestOrganization<Name extends string> {
  readonly id: OrganizationId
  readonly environments: Readonly<Record<EnvironmentKind, EnvironmentId>>
  readonly people: Readonly<Record<Name | 'owner', TestPerson>>
}

export interface TestApi {
  readonly app: CountersignApp
  readonly stores: ApiStores
  request(path: string, request?: ApiRequest): Promise<Response>
  /** As `request`, and its body. Fails with the problem when the status is another. */
  expectStatus<Answer>(status: number, path: string, request?: ApiRequest): Promise<Answer>
  newOrganization<Name extends string = never>(plan?: {
    readonly people?: Readonly<Record<Name, PersonPlan>>
    readonly policy?: Policy
  }): Promise<TestOrganization<Name>>
}

const environmentKinds: readonly EnvironmentKind[] = ['development', 'staging', 'production']

export function apiStores(stores: TestStores, namedStores: readonly Store[] = []): ApiStores {
  return {
    control: stores.pool('control', 'api'),
    auditor: stores.pool('control', 'auditor'),
    environments: new Map(
      [...environmentKinds.map((kind) => ({ name: kind, kind })), ...namedStores].map(({ name, kind }) => [
        name,
        stores.pool(kind, 'api', name),
      ]),
    ),
  }
}

function toRequest({ key, method, body, headers, idempotencyKey }: ApiRequest): RequestInit {
  const verb = method ?? (body === undefined ? 'GET' : 'POST')
  const raw = typeof body === 'string' || body instanceof Uint8Array
  const repeated = idempotencyKey === undefined && verb === 'POST' ? crypto.randomUUID() : idempotencyKey
  return {
    method: verb,
    headers: {
      ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(repeated ? { 'Idempotency-Key': repeated } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: raw ? Buffer.from(body) : JSON.stringify(body) }),
  }
}

/** The real API over a test file's own databases. */
export function openApi(testStores: TestStores, options: ApiOptions = {}): TestApi {
  const {
    orchestrator = awayOrchestrator,
    clock = systemClock,
    screenings = openScreeningMemory(),
    identityProvider,
    logger,
    requestsPerMinute,
    trustProxy = false,
  } = options
  const stores = apiStores(testStores, options.namedStores)
  const app = createApp({
    stores,
    orchestrator,
    clock,
    screenings,
    fitting: openFittingMemory(),
    refusalOfAddress: refusalBeforehand(options.checkedHosts ?? []),
    ...(identityProvider === undefined ? {} : { identityProvider }),
    fingerprintKey: new Uint8Array(32).fill(7),
    logger: logger ?? pino({ level: 'silent' }),
    trustProxy,
    requestsPerMinute: requestsPerMinute ?? { key: 100_000, address: 100_000 },
  })

  const request = async (path: string, asked: ApiRequest = {}) => app.request(path, toRequest(asked))

  async function expectStatus<Answer>(status: number, path: string, asked: ApiRequest = {}): Promise<Answer> {
    const response = await request(path, asked)
    const text = await response.text()
    if (response.status !== status) {
      throw new Error(
        `${asked.method ?? ''} ${path} answered ${response.status} instead of ${status}: ${text}`,
      )
    }
    return (text === '' ? undefined : JSON.parse(text)) as Answer
  }

  async function makeKey(
    token: string,
    name: string,
    door: Readonly<Record<string, string>>,
  ): Promise<string> {
    const made = await expectStatus<{ secret: string }>(201, '/v1/api-keys', {
      key: token,
      body: { name, ...door },
    })
    return made.secret
  }

  async function addPerson(
    organization: Omit<TestOrganization<never>, 'people'>,
    administrator: string,
    [name, plan]: readonly [string, PersonPlan],
  ): Promise<TestPerson> {
    const people = `/v1/organizations/${organization.id}`
    const { id, signInToken } = await expectStatus<{ id: ActorId; signInToken: string }>(
      201,
      `${people}/people`,
      {
        key: administrator,
        body: { kind: 'human', name },
      },
    )
    const role = plan.organization ?? (plan.auditor ? 'member' : undefined)
    if (role !== undefined) {
      const body = { role, grants: plan.auditor ? ['auditor'] : [] }
      await expectStatus(200, `${people}/members/${id}`, { key: administrator, method: 'PUT', body })
    }
    const keys: Partial<Record<EnvironmentKind, string>> = {}
    for (const kind of environmentKinds) {
      if (plan[kind] === undefined) continue
      const environment = organization.environments[kind]
      const body = { role: plan[kind] }
      const path = `/v1/environments/${environment}/members/${id}`
      await expectStatus(200, path, { key: administrator, method: 'PUT', body })
      keys[kind] = await makeKey(signInToken, `${name} in ${kind}`, { environment })
    }
    const ofOrganization = await makeKey(signInToken, name, { organization: organization.id })
    return { id, keys: { ...keys, organization: ofOrganization } }
  }

  async function newOrganization<Name extends string = never>(
    plan: { readonly people?: Readonly<Record<Name, PersonPlan>>; readonly policy?: Policy } = {},
  ): Promise<TestOrganization<Name>> {
    const made = await bootstrap(
      { stores },
      {
        organizationName: 'Test organization',
        ownerName: 'Olive Owner',
        ...(plan.policy === undefined ? {} : { policy: plan.policy }),
      },
    )
    const { organization: id, environments, owner } = made
    const administrator = made.keys.organization
    const ownKeys: Partial<Record<EnvironmentKind, string>> = {}
    for (const kind of environmentKinds) {
      ownKeys[kind] = await makeKey(administrator, `owner in ${kind}`, { environment: environments[kind] })
    }
    const people: Record<string, TestPerson> = {
      owner: { id: owner, keys: { ...ownKeys, organization: administrator } },
    }
    const groups = new Map<string, ActorId[]>()
    for (const one of Object.entries<PersonPlan>(plan.people ?? {})) {
      const person = await addPerson({ id, environments }, administrator, one)
      people[one[0]] = person
      for (const group of one[1].groups ?? []) groups.set(group, [...(groups.get(group) ?? []), person.id])
    }
    for (const [name, members] of groups) {
      const path = `/v1/organizations/${id}/groups/${name}`
      await expectStatus(200, path, { key: administrator, method: 'PUT', body: { members } })
    }
    return { id, environments, people: people as TestOrganization<Name>['people'] }
  }

  return { app, stores, request, expectStatus, newOrganization }
}
