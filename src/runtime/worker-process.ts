import { type Configuration, ConfigurationRefused } from '../config.ts'
import { type Store, sharedStores } from '../db/stores.ts'
import { configuredAddress } from './installation/configured-address.ts'
import { installTemporalRuntime } from './process/install-temporal-runtime.ts'
import { processLogger } from './process/process-logger.ts'
import { untilAskedToStop } from './process/until-asked-to-stop.ts'
import { runWorkers } from './run-workers.ts'

/**
 * A process of its own for some queues, until it is asked to stop.
 *
 * @throws ConfigurationRefused when a queue is unknown or something it needs was not given.
 */
export async function runWorkerProcess(
  configuration: Configuration,
  names: readonly string[],
): Promise<void> {
  const known: readonly Store[] = [...sharedStores, ...configuration.namedStores]
  const queues = known.filter(({ name }) => names.includes(name))
  if (queues.length === 0 || queues.length !== names.length) {
    throw new ConfigurationRefused(`Name the queues to serve: ${known.map(({ name }) => name).join(', ')}.`)
  }
  if (configuration.temporalAddress === undefined)
    throw new ConfigurationRefused('TEMPORAL_ADDRESS must be given.')
  const logger = processLogger(configuration.logLevel)
  installTemporalRuntime(logger)
  const workers = await runWorkers({
    queues,
    address: configuredAddress(configuration),
    temporal: { address: configuration.temporalAddress, namespace: configuration.temporalNamespace },
    sealingKeys: configuration.sealingKeys,
    checks: configuration.checks,
    logger,
    driftSweepMilliseconds: configuration.driftSweepMilliseconds,
  })
  await untilAskedToStop()
  await workers.stop()
}
