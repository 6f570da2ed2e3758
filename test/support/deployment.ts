import { DefaultLogger, Runtime } from '@temporalio/worker'
import { type Logger, pino } from 'pino'
import { afterAll, expect, inject } from 'vitest'
import type { CheckSettings } from '../../src/check-settings.ts'
import { type Store, sharedStores } from '../../src/db/stores.ts'
import type { AssetId, Digest, PromotionId } from '../../src/domain/identifiers.ts'
import { runWorkers } from '../../src/runtime/run-workers.ts'
import { openTemporalClient, type TemporalAddress } from '../../src/temporal/connection.ts'
import { createOrchestrator } from '../../src/temporal/orchestrator.ts'
import { eventually } from '../faults/support/eventually.ts'
import { type ApiOptions, openApi, type TestApi, type TestOrganization } from './api.ts'
import { openNamedStores } from './named-stores.ts'
import { sealingMasters } from './sealing.ts'
import { freshNamespace, openStores, type TestStores } from './stores.ts'

Runtime.install({ logger: new DefaultLogger('ERROR') })

/** The whole product in this process, on databases and a Temporal namespace of the test file's own. */
export interface Deployment extends TestApi {
  readonly testStores: TestStores
  readonly temporal: TemporalAddress
}

/** Starts the API with its real orchestrator and the workers of every queue; all of it ends with the test file. */
export async function openDeployment(
  namedStores: readonly Store[] = [],
  logger: Logger = pino({ level: 'error' }),
  { checks, ...more }: Pick<ApiOptions, 'identityProvider'> & { readonly checks?: CheckSettings } = {},
): Promise<Deployment> {
  const testStores = await openStores()
  await openNamedStores(testStores, namedStores)
  const temporal = { address: inject('temporalAddress'), namespace: await freshNamespace() }
  const client = openTemporalClient(temporal)
  const workers = await runWorkers({
    queues: [...sharedStores, ...namedStores],
    address: testStores.address,
    temporal,
    sealingKeys: (kind) => sealingMasters[kind],
    ...(checks === undefined ? {} : { checks }),
    logger,
  })
  afterAll(async () => {
    await workers.stop()
    await client.close()
  })
  return {
    ...openApi(testStores, {
      orchestrator: createOrchestrator(client.client),
      logger,
      namedStores,
      ...(checks === undefined ? {} : { checkedHosts: checks.hosts }),
      ...more,
    }),
    testStores,
    temporal,
  }
}

export interface AssetAnswer {
  readonly id: AssetId
  readonly version: number
  readonly digest: Digest
  readonly activeVersion: number | null
}

export interface PromotionAnswer {
  readonly id: PromotionId
  readonly state: string
  readonly failure: string | null
  readonly planDigest: Digest | null
  readonly decisions: readonly {
    readonly person: string
    readonly verdict: string
    readonly outdated: boolean
  }[]
  readonly items: readonly {
    readonly source: { readonly id: AssetId; readonly version: number }
    readonly target: { readonly id: AssetId; readonly version: number | null } | null
    readonly action: string | null
    readonly digest: Digest | null
    readonly outcome: string
  }[]
}

/** People of a small organization: one asks, one else edits, two approve. All may act in production too. */
export const fourPeople = {
  requester: { staging: 'engineer', production: 'engineer', groups: ['approvers'] },
  editor: { staging: 'engineer', production: 'engineer', groups: ['approvers'] },
  anna: { production: 'engineer', groups: ['approvers'] },
  ben: { production: 'viewer', groups: ['approvers'] },
} as const

export type FourPeople = TestOrganization<keyof typeof fourPeople>

/** Writes a value set into staging as the requester. */
export async function createValueSet(
  { expectStatus }: TestApi,
  organization: FourPeople,
  values: readonly string[] = ['A', 'B'],
): Promise<AssetAnswer> {
  return expectStatus<AssetAnswer>(201, `/v1/environments/${organization.environments.staging}/assets`, {
    key: organization.people.requester.keys.staging,
    body: {
      type: 'valueSet',
      name: 'Department codes',
      content: { values: values.map((value) => ({ value })) },
    },
  })
}

/** The body of a request to promote assets of one type, pinned to a version where it is given. */
export function promotionOf(
  { environments }: FourPeople,
  assets: readonly { readonly id: AssetId; readonly version?: number }[],
  type = 'valueSet',
) {
  return {
    promotingAssets: assets.map(({ id, version }) => ({
      id,
      type,
      ...(version === undefined ? {} : { version }),
    })),
    fromEnvironment: { id: environments.staging },
    toEnvironment: { id: environments.production },
    reason: 'The new departments open on Monday',
  }
}

/** Asks as the requester, with whatever is sent along, and waits until people have something to do. */
export async function askFor(
  { expectStatus }: TestApi,
  organization: FourPeople,
  assets: readonly { readonly id: AssetId; readonly version?: number }[],
  along: object = {},
): Promise<PromotionAnswer> {
  return expectStatus<PromotionAnswer>(202, '/v1/promotions', {
    key: organization.people.requester.keys.staging,
    body: { ...promotionOf(organization, assets), ...along },
    headers: { Prefer: 'wait=20' },
  })
}

/** One person's verdict on the plan as it is now. */
export async function decideAs(
  { request }: TestApi,
  person: { readonly keys: { readonly production?: string | undefined } },
  { id, planDigest }: PromotionAnswer,
  verdict: 'approve' | 'reject' | 'request-changes' = 'approve',
  idempotencyKey?: string,
): Promise<Response> {
  return request(`/v1/promotions/${id}/decisions`, {
    key: person.keys.production,
    body: { verdict, comment: 'Read against the cut-over plan' },
    headers: { 'If-Match': `"${planDigest}"` },
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  })
}

/** Waits until a promotion is in a state. */
export async function reachState(
  { expectStatus }: TestApi,
  organization: FourPeople,
  { id }: PromotionAnswer,
  state: string,
): Promise<PromotionAnswer> {
  const read = () =>
    expectStatus<PromotionAnswer>(200, `/v1/promotions/${id}`, {
      key: organization.people.anna.keys.production,
    })
  await eventually(`promotion ${id} is ${state}`, async () => (await read()).state === state, 20_000)
  return read()
}

/** Carries an asset all the way: asked, approved by two people, landed. */
export async function promote(
  api: TestApi,
  organization: FourPeople,
  assets: readonly { readonly id: AssetId; readonly version?: number }[],
  along: object = {},
): Promise<PromotionAnswer> {
  const asked = await askFor(api, organization, assets, along)
  expect((await decideAs(api, organization.people.anna, asked)).status).toBe(201)
  expect((await decideAs(api, organization.people.ben, asked)).status).toBe(201)
  return reachState(api, organization, asked, 'promoted')
}
