import type { Configuration, SealingKind } from '../config.ts'
import type { StoreAddress } from '../db/stores.ts'
import type { TemporalAddress } from '../temporal/connection.ts'
import { type LocalServer, openStores, openTemporal } from './installation/local-servers.ts'
import { StartRefused } from './process/explain-failure.ts'

/** Everything that Countersign stands on, running. */
export interface Installation {
  readonly address: StoreAddress
  readonly temporal: TemporalAddress
  readonly fingerprintKey: Uint8Array
  readonly sealingKeys: (kind: SealingKind) => readonly Uint8Array[]
  readonly checksKey: Uint8Array | undefined
  /** Which of the two servers this process runs itself. */
  readonly embedded: { readonly postgres: boolean; readonly temporal: boolean }
  /** Settles with the reason when a server of our own ends without being asked to. */
  readonly failed: Promise<Error>
  /** Ends the servers of our own; those that were configured go on. */
  stop(): Promise<void>
}

/**
 * Opens the installation that the configuration describes. What it does not name is brought along: a PostgreSQL with the
 * four stores, a Temporal, both with their data in the configured folder. Both are started at the same time.
 *
 * @throws ConfigurationRefused, EmbeddedServerError or OriginChanged, after whatever had been started is asked to stop.
 */
export async function openInstallation(
  configuration: Configuration,
  onProgress: (message: string) => void,
): Promise<Installation> {
  const failing = new AbortController()
  const opening = [
    openStores(configuration, onProgress, failing.signal),
    openTemporal(configuration, onProgress, failing.signal),
  ] as const
  try {
    const [stores, temporal] = await Promise.all(opening)
    return installationOf(stores, temporal)
  } catch (error) {
    failing.abort()
    // Not waited for: getting Temporal may take minutes, and the reason is known now.
    for (const part of opening) part.then(({ server }) => server?.stop()).catch(() => {})
    throw error
  }
}

function installationOf(
  stores: Awaited<ReturnType<typeof openStores>>,
  temporal: Awaited<ReturnType<typeof openTemporal>>,
): Installation {
  const servers = [temporal.server, stores.server].filter(
    (server): server is LocalServer => server !== undefined,
  )
  let stopping = false
  const failed = new Promise<Error>((resolve) => {
    for (const { name, exited } of servers) {
      void exited.then(() => {
        if (!stopping)
          resolve(new StartRefused(`${name} has ended by itself. Its log is in the data folder.`))
      })
    }
  })
  return {
    address: stores.address,
    temporal: temporal.temporal,
    fingerprintKey: stores.fingerprintKey,
    sealingKeys: stores.sealingKeys,
    checksKey: stores.checksKey,
    embedded: { postgres: stores.server !== undefined, temporal: temporal.server !== undefined },
    failed,
    async stop() {
      stopping = true
      for (const server of servers) await server.stop()
    },
  }
}
