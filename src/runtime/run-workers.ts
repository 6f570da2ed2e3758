import { fileURLToPath } from 'node:url'
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker'
import { createControlActivities } from '../../activities/control.ts'
import type { OnActivityError } from '../../activities/guarded.ts'
import { createProductionActivities } from '../../activities/production.ts'
import { createSourceActivities } from '../../activities/source.ts'
import { openPool, type StorePool } from '../db/pool.ts'
import type { LoginRole, StoreKind } from '../db/rights/right.ts'
import { checkOwnRights } from '../db/rights/self-check.ts'
import type { StoreAddress } from '../db/stores.ts'
import { postgresAssetStore } from '../stores/postgres.ts'
import { describeError, type Logger } from '../telemetry/logger.ts'
import { openTemporalClient, type TemporalAddress } from '../temporal/connection.ts'
import { createOrchestrator } from '../temporal/orchestrator.ts'
import { startFollower } from './start-follower.ts'
import { startRelay } from './start-relay.ts'

/** The queues a worker may serve; each has a login of its own. */
export type WorkerQueue = 'control' | 'development' | 'staging' | 'production'

export const workerQueues: readonly WorkerQueue[] = Object.freeze([
  'control',
  'development',
  'staging',
  'production',
])

export interface WorkersOptions {
  readonly queues: readonly WorkerQueue[]
  readonly address: StoreAddress
  readonly temporal: TemporalAddress
  readonly logger: Logger
}

export interface RunningWorkers {
  /** Lets work under way finish, then ends everything it opened. */
  stop(): Promise<void>
}

interface QueueParts {
  readonly activities: object
  readonly workflowsPath?: string
  readonly background: readonly { stop(): Promise<void> }[]
}

const relayEvery = 500
const relayGrace = 1_500
const followEvery = 150

interface Opened {
  readonly options: WorkersOptions
  readonly pools: StorePool[]
}

async function pool({ options, pools }: Opened, store: StoreKind, role: LoginRole): Promise<StorePool> {
  const { address, logger } = options
  const opened = openPool({
    store,
    role,
    url: address(store, role),
    onIdleError: (error) =>
      logger.warn({ store, role, error: describeError(error) }, 'database connection lost'),
  })
  pools.push(opened)
  await checkOwnRights(opened)
  return opened
}

async function partsOf(opened: Opened, queue: WorkerQueue): Promise<QueueParts> {
  const { temporal, logger } = opened.options
  const onActivityError: OnActivityError = (activity, error) =>
    logger.error({ queue, activity, error: describeError(error) }, 'activity failed')
  const onError = (error: unknown) =>
    logger.warn({ queue, error: describeError(error) }, 'background work failed')
  if (queue === 'control') {
    const control = await pool(opened, 'control', 'worker_control')
    const client = openTemporalClient(temporal)
    const relay = startRelay(
      { control, orchestrator: createOrchestrator(client.client), graceMilliseconds: relayGrace },
      { everyMilliseconds: relayEvery, onError },
    )
    return {
      activities: createControlActivities(control, onActivityError),
      workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
      background: [relay, { stop: () => client.close() }],
    }
  }
  const role: LoginRole = `worker_${queue}`
  const store = await pool(opened, queue, role)
  const control = await pool(opened, 'control', role)
  const follower = startFollower({ store, control }, { everyMilliseconds: followEvery, onError })
  const activities =
    queue === 'production'
      ? createProductionActivities({ control, store: postgresAssetStore(store) }, onActivityError)
      : createSourceActivities({ control, source: store }, onActivityError)
  return { activities, background: [follower] }
}

function workerOptions(queue: WorkerQueue, { activities, workflowsPath }: QueueParts): WorkerOptions {
  return {
    taskQueue: queue,
    activities,
    ...(workflowsPath === undefined ? {} : { workflowsPath }),
    shutdownGraceTime: '10 seconds',
  }
}

/**
 * Runs the workers of the given queues in this process, each with pools of its own login, until they are stopped. A login
 * with more rights than its part refuses to run.
 */
export async function runWorkers(options: WorkersOptions): Promise<RunningWorkers> {
  const opened: Opened = { options, pools: [] }
  const connection = await NativeConnection.connect({ address: options.temporal.address })
  const running: { worker: Worker; ended: Promise<void>; background: QueueParts['background'] }[] = []
  for (const queue of options.queues) {
    const parts = await partsOf(opened, queue)
    const worker = await Worker.create({
      connection,
      namespace: options.temporal.namespace,
      ...workerOptions(queue, parts),
    })
    running.push({ worker, ended: worker.run(), background: parts.background })
    options.logger.info({ queue }, 'worker runs')
  }
  return {
    async stop() {
      for (const { background } of running) await Promise.all(background.map((one) => one.stop()))
      for (const { worker } of running) if (worker.getState() === 'RUNNING') worker.shutdown()
      await Promise.all(running.map(({ ended }) => ended.catch(() => {})))
      await connection.close()
      await Promise.all(opened.pools.map((one) => one.pool.end()))
    },
  }
}
