import { type Configuration, ConfigurationRefused } from '../../config.ts'
import { migrateAll } from '../../db/migrate-all.ts'
import { configuredAddress } from '../installation/configured-address.ts'
import { say } from '../process/say.ts'

/**
 * Brings the configured stores to the newest schema and their grants to what is declared, as the login `migrator`.
 *
 * @throws ConfigurationRefused when a store has no address, OriginChanged when a store goes by another name,
 * StoreForgotten when an environment stands in a store that was not given.
 */
export async function migrateStores(configuration: Configuration): Promise<void> {
  if (!configuration.namesDatabases) {
    throw new ConfigurationRefused(
      'There is nothing to migrate: no database is configured. "countersign server" migrates the PostgreSQL that it brings ' +
        'along by itself; for databases of your own set CONTROL_DATABASE_URL, DEVELOPMENT_DATABASE_URL, ' +
        'STAGING_DATABASE_URL and PRODUCTION_DATABASE_URL.',
    )
  }
  const { origin, namedStores } = configuration
  await migrateAll(configuredAddress(configuration), origin, namedStores)
  say('The stores are at the newest schema.')
}
