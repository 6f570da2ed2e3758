import type { Configuration } from '../config.ts'
import { type Store, sharedStores } from '../db/stores.ts'
import type { ApiStores } from '../services/context.ts'
import { anyOrganization } from '../services/organizations/any-organization.ts'
import { describeError } from '../telemetry/logger.ts'
import { configuredQueues } from './installation/configured-queues.ts'
import { type Installation, openInstallation } from './installation.ts'
import { describeOrganization, makeFirstOrganization } from './operations/first-organization.ts'
import { installTemporalRuntime } from './process/install-temporal-runtime.ts'
import { processLogger } from './process/process-logger.ts'
import { say } from './process/say.ts'
import { untilAskedToStop } from './process/until-asked-to-stop.ts'
import { runWorkers } from './run-workers.ts'
import { startApi } from './start-api.ts'

const firstOrganization = { organizationName: 'First organization', ownerName: 'Owner', another: false }

function describeInstallation({ address, temporal, embedded }: Installation): readonly string[] {
  return [
    ...(embedded.postgres ? [`PostgreSQL on 127.0.0.1:${new URL(address('control', 'api')).port}`] : []),
    `Temporal on ${temporal.address}, namespace ${temporal.namespace}`,
  ]
}

async function greetOwner(stores: ApiStores): Promise<void> {
  if (await anyOrganization(stores)) return
  const made = await makeFirstOrganization(stores, firstOrganization)
  for (const line of describeOrganization(firstOrganization.organizationName, made)) say(line)
}

function describeApi(url: string, queues: readonly Store[]): readonly string[] {
  const workers =
    queues.length === 0
      ? 'in processes of their own'
      : `here, for ${queues.map(({ name }) => name).join(', ')}`
  return [`workers run ${workers}`, `API ${url}/v1, reference ${url}/docs`, `listening on ${url}`]
}

/**
 * Serves the API, and the workers whose logins are this process's own, until the process is asked to stop. Whatever the
 * configuration does not name is brought along, and on empty data the first organization is made.
 *
 * @throws whatever keeps it from starting, and when a server of its own ends by itself, after all of it was stopped.
 */
export async function serve(configuration: Configuration): Promise<void> {
  const queues = configuration.namesDatabases ? configuredQueues(configuration) : sharedStores
  const logger = processLogger(configuration.logLevel)
  const installation = await openInstallation(configuration, say)
  const asked = untilAskedToStop()
  const running: { stop(): Promise<void> }[] = [installation]
  try {
    for (const line of describeInstallation(installation)) say(line)
    const { address, temporal, fingerprintKey, sealingKeys, checksKey } = installation
    const { host, port, namedStores, requestsPerMinute, trustProxy, driftSweepMilliseconds } = configuration
    const limits = { requestsPerMinute, trustProxy }
    const api = await startApi({
      address,
      namedStores,
      temporal,
      fingerprintKey,
      identityProvider: configuration.identityProvider,
      checkedHosts: configuration.checks.hosts,
      host,
      port,
      logger,
      ...limits,
    })
    running.unshift(api)
    if (installation.embedded.postgres) await greetOwner(api.stores)
    if (queues.length > 0) {
      installTemporalRuntime(logger)
      // After the API, whose last requests still wait for answers of the workers.
      const checks = { ...configuration.checks, key: checksKey }
      const workers = { queues, address, temporal, sealingKeys, checks, logger, driftSweepMilliseconds }
      running.splice(1, 0, await runWorkers(workers))
    }
    for (const line of describeApi(api.url, queues)) say(line)
    const failure = await Promise.race([asked, installation.failed])
    if (failure !== undefined) throw failure
    say('stopping')
  } finally {
    for (const part of running) {
      await part
        .stop()
        .catch((error) => logger.warn({ error: describeError(error) }, 'a part did not stop in order'))
    }
  }
}
