import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfiguration } from '../../src/config.ts'
import { type StoreAddress, sharedStores } from '../../src/db/stores.ts'
import { openInstallation } from '../../src/runtime/installation.ts'
import { installTemporalRuntime } from '../../src/runtime/process/install-temporal-runtime.ts'
import { processLogger } from '../../src/runtime/process/process-logger.ts'
import { runWorkers } from '../../src/runtime/run-workers.ts'
import { startApi } from '../../src/runtime/start-api.ts'
import { bootstrap } from '../../src/services/organizations/bootstrap.ts'
import type { Opening } from './cast.ts'

/** A service that runs in this process, with an organization whose owner has one key. */
export interface Stage {
  readonly url: string
  readonly address: StoreAddress
  readonly opening: Opening
  /** Settles with the reason when one of the servers ends by itself. */
  readonly failed: Promise<Error>
}

interface Part {
  stop(): Promise<void>
}

/** What is to be stopped, last things first, and the folder that is to be removed. */
export interface Belongings {
  readonly folder: string
  readonly parts: Part[]
}

/** A new folder for the servers' data. The account that PostgreSQL runs as may pass through it; nobody else may list it. */
export async function newBelongings(): Promise<Belongings> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-demo-'))
  await chmod(folder, 0o711)
  return { folder, parts: [] }
}

/** Stops everything; with `remove`, the folder goes too. */
export async function leave({ folder, parts }: Belongings, remove: boolean): Promise<void> {
  for (const part of parts.splice(0).reverse()) await part.stop().catch(() => {})
  if (remove) await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
}

/** Opens PostgreSQL, Temporal, the API on a free port and the workers, all new and all here. */
export async function openStage(
  belongings: Belongings,
  environment: Readonly<Record<string, string | undefined>>,
  onProgress: (message: string) => void,
): Promise<Stage> {
  const { folder, parts } = belongings
  const configuration = readConfiguration({ ...environment, COUNTERSIGN_DATA: folder })
  const logger = processLogger(configuration.logLevel)
  const installation = await openInstallation(configuration, onProgress)
  parts.push(installation)
  const { address, temporal, fingerprintKey, sealingKeys, failed } = installation
  installTemporalRuntime(logger)
  parts.push(await runWorkers({ queues: sharedStores, address, temporal, sealingKeys, logger }))
  const api = await startApi({ address, temporal, fingerprintKey, host: '127.0.0.1', port: 0, logger })
  parts.push(api)
  const { url, stores } = api
  const made = await bootstrap(
    { stores },
    { organizationName: 'Northlake Care Network', ownerName: 'Olivia Marsh' },
  )
  const { organization, environments, owner, keys } = made
  return { url, address, failed, opening: { organization, environments, owner, ownerKey: keys.organization } }
}
