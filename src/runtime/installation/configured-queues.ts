import { type Configuration, ConfigurationRefused } from '../../config.ts'
import type { LoginRole } from '../../db/rights/right.ts'
import { type Store, type StoreName, sharedStores } from '../../db/stores.ts'

function isConfigured(configuration: Configuration, { name, kind }: Store): boolean {
  const role: LoginRole = `worker_${kind}`
  const needed: readonly StoreName[] = kind === 'control' ? ['control'] : ['control', name]
  const missing = needed.filter((store) => !configuration.hasOwnDatabaseUrl(store, role))
  // The workers of a kind share their address of control, which may be there for another one's sake.
  const elsewhere = configuration.namedStores.some(
    (named) => named.kind === kind && configuration.hasOwnDatabaseUrl(named.name, role),
  )
  const own = !missing.includes(name)
  if (missing.length === needed.length || (!own && (elsewhere || name !== kind))) return false
  if (missing.length > 0) {
    const names = missing.map((store) => configuration.databaseVariable(store, role))
    throw new ConfigurationRefused(`The worker of queue ${name} also needs ${names.join(' and ')}.`)
  }
  return true
}

/**
 * The queues whose logins were given addresses of their own, which a server then serves beside its API.
 *
 * @throws ConfigurationRefused when a login was given only some of the addresses it needs.
 */
export function configuredQueues(configuration: Configuration): readonly Store[] {
  return [...sharedStores, ...configuration.namedStores].filter((store) => isConfigured(configuration, store))
}
