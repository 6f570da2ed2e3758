import { afterAll, inject } from 'vitest'
import type { LoginRole, StoreKind } from '../../../src/db/rights/right.ts'
import { storeKinds } from '../../../src/db/stores.ts'
import type { EnvironmentKind } from '../../../src/services/context.ts'
import { openTemporalClient, type TemporalAddress } from '../../../src/temporal/connection.ts'
import { createOrchestrator } from '../../../src/temporal/orchestrator.ts'
import { openApi, type TestApi } from '../../support/api.ts'
import { sealingMasters } from '../../support/sealing.ts'
import { freshNamespace, openStores, type TestStores } from '../../support/stores.ts'
import { type RunningProcess, startProcess } from './process.ts'

type Environment = Readonly<Record<string, string>>

/** Addresses, host and port, that a process is to use instead of the real ones: those of proxies. */
export interface Detours {
  readonly temporal?: string
  readonly stores?: Readonly<Partial<Record<StoreKind, string>>>
}

/** The master keys of each kind's workers, the newest first. */
export type SealingMasters = Readonly<Record<EnvironmentKind, readonly Uint8Array[]>>

export interface RunningServer extends RunningProcess {
  readonly url: string
}

/** One installation of Countersign: databases and a namespace of its own, and processes that come and go. */
export interface Deployment {
  readonly stores: TestStores
  readonly temporal: TemporalAddress
  /** The API in the test's own process, which no fault hits. */
  readonly api: TestApi
  startWorker(
    queues: readonly StoreKind[],
    detours?: Detours,
    masters?: SealingMasters,
  ): Promise<RunningProcess>
  /** The API as a process of its own. */
  startServer(detours?: Detours): Promise<RunningServer>
  /** What Temporal's history of a promotion holds, by the names of its events' attributes. */
  history(promotion: string): Promise<readonly string[]>
  /** How Temporal says that the promotion's workflow stands. */
  workflowStatus(promotion: string): Promise<string>
}

export const allQueues: readonly StoreKind[] = ['control', 'staging', 'production', 'development']

// The key that the API in the test's own process has, so that either recognises what the other was asked.
const fingerprintKey = Buffer.alloc(32, 7).toString('base64')

function storesOf(queue: StoreKind): readonly StoreKind[] {
  return queue === 'control' ? ['control'] : ['control', queue]
}

function sealingKeysOf(queues: readonly StoreKind[], masters: SealingMasters): Environment {
  const keys = queues.flatMap((queue) => {
    if (queue === 'control') return []
    const texts = masters[queue].map((master) => Buffer.from(master).toString('base64'))
    return [[`COUNTERSIGN_${queue.toUpperCase()}_SEALING_KEYS`, texts.join(',')]]
  })
  return Object.fromEntries(keys)
}

/**
 * Opens a deployment over the shared servers, or over another Temporal, its processes with these settings besides.
 * Everything ends with the test file.
 */
export async function openDeployment(
  otherTemporal?: TemporalAddress,
  settings: Environment = {},
): Promise<Deployment> {
  const stores = await openStores()
  const temporal = otherTemporal ?? {
    address: inject('temporalAddress'),
    namespace: await freshNamespace(),
  }
  const { client, close } = openTemporalClient(temporal)
  const processes = new Set<RunningProcess>()
  afterAll(async () => {
    await Promise.all([...processes].map((one) => one.kill()))
    await close()
  })

  const workflowOf = (promotion: string) => client.workflow.getHandle(`promotion/${promotion}`)
  const databaseUrl = (store: StoreKind, login: LoginRole, { stores: hosts }: Detours): string => {
    const url = new URL(stores.address(store, login))
    url.host = hosts?.[store] ?? url.host
    return url.href
  }
  const common = (detours: Detours): Environment => ({
    TEMPORAL_ADDRESS: detours.temporal ?? temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    LOG_LEVEL: 'info',
    ...settings,
  })

  return {
    stores,
    temporal,
    api: openApi(stores, { orchestrator: createOrchestrator(client) }),
    async startWorker(queues, detours = {}, masters = sealingMasters) {
      const databases = queues.flatMap((queue) =>
        storesOf(queue).map((store) => {
          const login: LoginRole = `worker_${queue}`
          const variable = `${store.toUpperCase()}_DATABASE_URL_${login.toUpperCase()}`
          return [variable, databaseUrl(store, login, detours)]
        }),
      )
      const started = await startProcess(
        ['src/worker.ts', ...queues],
        { ...common(detours), ...Object.fromEntries(databases), ...sealingKeysOf(queues, masters) },
        new RegExp(`"queue":"${queues.at(-1)}"[^\\n]*worker runs`),
      )
      processes.add(started)
      return started
    },
    async startServer(detours = {}) {
      const databases = storeKinds.map((store) => {
        return [`${store.toUpperCase()}_DATABASE_URL`, databaseUrl(store, 'api', detours)]
      })
      const own = {
        COUNTERSIGN_FINGERPRINT_KEY: fingerprintKey,
        CONTROL_DATABASE_URL_AUDITOR: databaseUrl('control', 'auditor', detours),
        PORT: '0',
      }
      const started = await startProcess(
        ['src/server.ts'],
        { ...common(detours), ...Object.fromEntries(databases), ...own },
        /listening on http\S+\n/,
      )
      processes.add(started)
      return { ...started, url: /listening on (http\S+)/.exec(started.said())?.[1] ?? '' }
    },
    async history(promotion) {
      const { events } = await workflowOf(promotion).fetchHistory()
      return (events ?? []).flatMap((event) =>
        Object.entries(event).flatMap(([name, value]) =>
          name.endsWith('EventAttributes') && value != null ? [name.replace('EventAttributes', '')] : [],
        ),
      )
    },
    async workflowStatus(promotion) {
      const { status } = await workflowOf(promotion).describe()
      return status.name
    },
  }
}
