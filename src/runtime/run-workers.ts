import { fileURLToPath } from 'node:url'
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker'
import { createControlActivities } from '../../activities/control.ts'
import type { OnActivityError } from '../../activities/guarded.ts'
import { createProductionActivities } from '../../activities/production.ts'
import { createSourceActivities } from '../../activities/source.ts'
import type { CheckSettings } from '../check-settings.ts'
import type { SealingKind } from '../config.ts'
import { openPool, type StorePool } from '../db/pool.ts'
import type { LoginRole } from '../db/rights/right.ts'
import { checkOwnRights } from '../db/rights/self-check.ts'
import type { Store, StoreAddress } from '../db/stores.ts'
import { checkKeyOf } from '../services/promotions/preflight/checks/keys/check-key.ts'
import { postgresAssetStore } from '../stores/postgres.ts'
import { describeError, type Logger } from '../telemetry/logger.ts'
import { openTemporalClient, type TemporalAddress } from '../temporal/connection.ts'
import { createOrchestrator } from '../temporal/orchestrator.ts'
import { openOutside } from './installation/outside.ts'
import { startCheckKeys } from './start-check-keys.ts'
import { startDriftSchedule } from './start-drift-schedule.ts'
import { startFollower } from './start-follower.ts'
import { startRelay } from './start-relay.ts'
import { startSealing } from './start-sealing.ts'

export interface WorkersOptions {
  /** The stores to work for. Each has a queue of its name, so that its work waits for a worker that can reach it. */
  readonly queues: readonly Store[]
  readonly address: StoreAddress
  readonly temporal: TemporalAddress
  /** Master keys for the secrets of a kind of environments, the newest first. */
  readonly sealingKeys: (kind: SealingKind) => readonly Uint8Array[]
  /** How control's worker asks services outside about plans; without a key it asks none. */
  readonly checks?: CheckSettings
  readonly logger: Logger
  /** How often the worker of control has production compared with what landed; null for never. Left as it is without. */
  readonly driftSweepMilliseconds?: number | null
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
const scheduleEvery = 5_000
const sealEvery = 1_000
const checkKeysEvery = 1_000

interface Opened {
  readonly options: WorkersOptions
  readonly pools: StorePool[]
}

async function pool({ options, pools }: Opened, { name, kind }: Store, role: LoginRole): Promise<StorePool> {
  const { address, logger } = options
  const opened = openPool({
    store: kind,
    name,
    role,
    url: address(name, role),
    onIdleError: (error) =>
      logger.warn({ store: name, role, error: describeError(error) }, 'database connection lost'),
  })
  pools.push(opened)
  await checkOwnRights(opened)
  return opened
}

const noChecks: CheckSettings = Object.freeze({ key: undefined, hosts: [] })

const controlStore: Store = Object.freeze({ name: 'control', kind: 'control' })

async function partsOf(opened: Opened, served: Store): Promise<QueueParts> {
  const { temporal, logger, driftSweepMilliseconds } = opened.options
  const { name: queue, kind } = served
  const onActivityError: OnActivityError = (activity, error) =>
    logger.error({ queue, activity, error: describeError(error) }, 'activity failed')
  const onError = (error: unknown) =>
    logger.warn({ queue, error: describeError(error) }, 'background work failed')
  if (kind === 'control') {
    const control = await pool(opened, served, 'worker_control')
    const client = openTemporalClient(temporal)
    const relay = startRelay(
      { control, orchestrator: createOrchestrator(client.client), graceMilliseconds: relayGrace },
      { everyMilliseconds: relayEvery, onError },
    )
    const schedules =
      driftSweepMilliseconds === undefined
        ? []
        : [startDriftSchedule(client, driftSweepMilliseconds, { everyMilliseconds: scheduleEvery, onError })]
    const { key: secret, hosts } = opened.options.checks ?? noChecks
    const key = secret && checkKeyOf(secret)
    const keys = startCheckKeys(control, key, logger, { everyMilliseconds: checkKeysEvery, onError })
    return {
      activities: createControlActivities(control, { outside: openOutside(hosts), key }, onActivityError),
      workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
      background: [relay, keys, ...schedules, { stop: () => client.close() }],
    }
  }
  const role: LoginRole = `worker_${kind}`
  const store = await pool(opened, served, role)
  const control = await pool(opened, controlStore, role)
  const follower = startFollower({ store, control }, { everyMilliseconds: followEvery, onError })
  const activities =
    kind === 'production'
      ? createProductionActivities({ control, store: postgresAssetStore(store) }, onActivityError)
      : createSourceActivities({ control, source: store }, onActivityError)
  const sealing = startSealing(
    { store, control, masters: opened.options.sealingKeys(kind), logger },
    { everyMilliseconds: sealEvery, onError },
  )
  return { activities, background: [follower, sealing] }
}

function workerOptions(queue: string, { activities, workflowsPath }: QueueParts): WorkerOptions {
  return {
    taskQueue: queue,
    activities,
    ...(workflowsPath === undefined ? {} : { workflowsPath }),
    shutdownGraceTime: '10 seconds',
  }
}

interface Running {
  readonly worker: Worker
  readonly ended: Promise<void>
}

interface Opening extends Opened {
  readonly background: { stop(): Promise<void> }[]
  readonly running: Running[]
}

async function stopAll({ background, running, pools }: Opening): Promise<void> {
  await Promise.all(background.map((one) => one.stop()))
  for (const { worker } of running) if (worker.getState() === 'RUNNING') worker.shutdown()
  await Promise.all(running.map(({ ended }) => ended))
  await Promise.all(pools.map((one) => one.pool.end()))
}

async function openQueue(opening: Opening, connection: NativeConnection, served: Store): Promise<void> {
  const { temporal, logger } = opening.options
  const { name: queue } = served
  const parts = await partsOf(opening, served)
  opening.background.push(...parts.background)
  const worker = await Worker.create({
    connection,
    namespace: temporal.namespace,
    ...workerOptions(queue, parts),
  })
  const ended = worker
    .run()
    .catch((error: unknown) => logger.fatal({ queue, error: describeError(error) }, 'worker ended'))
  opening.running.push({ worker, ended })
  logger.info({ queue }, 'worker runs')
}

/**
 * Runs the workers of the given queues in this process, each with pools of its own login, until they are stopped. A login
 * with more rights than its part refuses to run, and nothing that was opened before it stays open.
 */
export async function runWorkers(options: WorkersOptions): Promise<RunningWorkers> {
  const opening: Opening = { options, pools: [], background: [], running: [] }
  const connection = await NativeConnection.connect({ address: options.temporal.address })
  const stop = async () => {
    await stopAll(opening)
    await connection.close()
  }
  try {
    for (const queue of options.queues) await openQueue(opening, connection, queue)
  } catch (error) {
    await stop()
    throw error
  }
  return { stop }
}
