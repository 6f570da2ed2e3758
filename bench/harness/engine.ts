import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../../src/api/app.ts'
import { sharedStores } from '../../src/db/stores.ts'
import { cacheFolder } from '../../src/embedded/data-folder.ts'
import { startTemporal } from '../../src/embedded/temporal.ts'
import { findTemporal } from '../../src/embedded/temporal-binary.ts'
import { installTemporalRuntime } from '../../src/runtime/process/install-temporal-runtime.ts'
import { runWorkers } from '../../src/runtime/run-workers.ts'
import {
  openTemporalClient,
  type TemporalAddress,
  type TemporalClient,
} from '../../src/temporal/connection.ts'
import { createOrchestrator } from '../../src/temporal/orchestrator.ts'
import type { Ground } from './ground.ts'

/** A Temporal server, the product's workers of every queue, and an API that reaches them, all over the ground's stores. */
export interface Engine {
  readonly ground: Ground
  readonly temporal: TemporalAddress
  readonly client: TemporalClient['client']
  stop(): Promise<void>
}

const masterKey = new Uint8Array(32).fill(7)

async function startServer() {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-temporal-'))
  const binary = await findTemporal({
    cacheFolder: cacheFolder(process.env.XDG_CACHE_HOME),
    path: process.env.PATH ?? '',
  })
  const server = await startTemporal({ folder, binary })
  const stop = async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
  return { temporal: { address: server.address, namespace: 'default' }, stop }
}

/** Starts all of it in this process, as `npm start` does; once in a run, since the workers' runtime is installed once. */
export async function openEngine(ground: Ground): Promise<Engine> {
  const { logger } = ground.dependencies
  installTemporalRuntime(logger)
  const { temporal, stop: stopServer } = await startServer()
  const client = openTemporalClient(temporal)
  const { address } = ground
  const workers = await runWorkers({
    queues: sharedStores,
    address,
    temporal,
    sealingKeys: () => [masterKey],
    logger,
  })
  const dependencies = { ...ground.dependencies, orchestrator: createOrchestrator(client.client) }
  return {
    ground: { ...ground, dependencies, app: createApp(dependencies) },
    temporal,
    client: client.client,
    async stop() {
      await workers.stop()
      await client.close()
      await stopServer()
    },
  }
}
