import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { createApp } from '../api/app.ts'
import { ConfigurationRefused } from '../config.ts'
import type { Store, StoreAddress } from '../db/stores.ts'
import { instant } from '../domain/identifiers.ts'
import { openIdentityProvider } from '../identity/identity-provider.ts'
import type { IdentityProviderSettings } from '../identity/settings.ts'
import type { NamedHost } from '../outbound/find-target.ts'
import { openFittingMemory } from '../services/assets/fitting-memory.ts'
import type { ApiStores } from '../services/context.ts'
import type { Clock } from '../services/ports.ts'
import { openScreeningMemory } from '../services/screening/screening-memory.ts'
import { describeError, type Logger } from '../telemetry/logger.ts'
import { openTemporalClient, type TemporalAddress } from '../temporal/connection.ts'
import { createOrchestrator } from '../temporal/orchestrator.ts'
import { refusalBeforehand } from './installation/outside.ts'
import { openApiStores } from './open-api-stores.ts'

export interface ApiOptions {
  readonly address: StoreAddress
  /** Beside the shared ones. */
  readonly namedStores?: readonly Store[]
  readonly temporal: TemporalAddress
  readonly fingerprintKey: Uint8Array
  /** Whose access tokens are accepted; nobody's when left out. */
  readonly identityProvider?: IdentityProviderSettings | undefined
  /** Hosts that a policy's checks may be at besides public ones. */
  readonly checkedHosts?: readonly NamedHost[]
  readonly host: string
  /** 0 lets the system pick a free one. */
  readonly port: number
  readonly logger: Logger
  readonly requestsPerMinute?: number
  readonly trustProxy?: boolean
}

export interface RunningApi {
  readonly url: string
  readonly stores: ApiStores
  /** Takes no more requests, gives those under way 10 seconds, and closes what it opened. */
  stop(): Promise<void>
}

const headersMilliseconds = 10_000
const requestMilliseconds = 30_000
const graceMilliseconds = 10_000

// Slow senders are looked for often enough for the two limits to hold.
const serverOptions = {
  headersTimeout: headersMilliseconds,
  requestTimeout: requestMilliseconds,
  connectionsCheckingInterval: 5_000,
}

function refusalToListen(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new ConfigurationRefused(
      `Port ${port} on ${host} is taken. Stop what listens there, or set PORT to another one; 0 picks a free one.`,
    )
  }
  if (error.code === 'EACCES') {
    return new ConfigurationRefused(
      `This account may not listen on port ${port}. Set PORT to 1024 or higher.`,
    )
  }
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new ConfigurationRefused('HOST is no address of this machine. 127.0.0.1 and 0.0.0.0 always are.')
  }
  return error
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(refusalToListen(error, host, port)))
    server.listen(port, host, resolve)
  })
  const bound = server.address()
  const actual = bound !== null && typeof bound === 'object' ? bound.port : port
  return `http://${host.includes(':') ? `[${host}]` : host}:${actual}`
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  const patience = setTimeout(() => server.closeAllConnections(), graceMilliseconds)
  await closed
  clearTimeout(patience)
}

const clock: Clock = { now: () => instant(Date.now()) }

function identityProvider(settings: IdentityProviderSettings, logger: Logger) {
  return openIdentityProvider(settings, clock, (error) =>
    logger.warn({ error: describeError(error) }, error.message),
  )
}

/**
 * Serves the API. Its database logins are checked first; Temporal may be away, since whatever is asked is stored and
 * delivered later.
 *
 * @throws RightsExceeded, StartRefused for a database, ConfigurationRefused for a port that cannot be had.
 */
export async function startApi(options: ApiOptions): Promise<RunningApi> {
  const { stores, close: closeStores } = await openApiStores(
    options.address,
    options.logger,
    options.namedStores,
  )
  const temporal = openTemporalClient(options.temporal)
  const app = createApp({
    stores,
    orchestrator: createOrchestrator(temporal.client),
    clock,
    screenings: openScreeningMemory(),
    fitting: openFittingMemory(),
    refusalOfAddress: refusalBeforehand(options.checkedHosts ?? []),
    ...(options.identityProvider === undefined
      ? {}
      : { identityProvider: identityProvider(options.identityProvider, options.logger) }),
    fingerprintKey: options.fingerprintKey,
    logger: options.logger,
    trustProxy: options.trustProxy ?? false,
    ...(options.requestsPerMinute === undefined
      ? {}
      : { requestsPerMinute: { key: options.requestsPerMinute } }),
  })
  const server = createServer(serverOptions, getRequestListener(app.fetch))
  const closeAll = async () => {
    await temporal.close()
    await closeStores()
  }
  try {
    const url = await listen(server, options.host, options.port)
    return {
      url,
      stores,
      async stop() {
        await close(server)
        await closeAll()
      },
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}
