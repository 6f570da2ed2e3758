import { type Configuration, ConfigurationRefused } from '../../config.ts'
import type { LoginRole, StoreKind } from '../../db/rights/right.ts'
import { type WorkerQueue, workerQueues } from '../run-workers.ts'

function storesOf(queue: WorkerQueue): readonly StoreKind[] {
  return queue === 'control' ? ['control'] : ['control', queue]
}

function isConfigured(configuration: Configuration, queue: WorkerQueue): boolean {
  const role: LoginRole = `worker_${queue}`
  const own = storesOf(queue).filter((store) => configuration.hasOwnDatabaseUrl(store, role))
  if (own.length === 0) return false
  const missing = storesOf(queue).filter((store) => !own.includes(store))
  if (missing.length > 0) {
    const names = missing.map((store) => `${store.toUpperCase()}_DATABASE_URL_${role.toUpperCase()}`)
    throw new ConfigurationRefused(`The worker of queue ${queue} also needs ${names.join(' and ')}.`)
  }
  return true
}

/**
 * The queues whose logins were given addresses of their own, which a server then serves beside its API.
 *
 * @throws ConfigurationRefused when a login was given only some of the addresses it needs.
 */
export function configuredQueues(configuration: Configuration): readonly WorkerQueue[] {
  return workerQueues.filter((queue) => isConfigured(configuration, queue))
}
