import { type Configuration, ConfigurationRefused } from '../../config.ts'
import type { StoreAddress } from '../../db/stores.ts'

/**
 * Store addresses as they were configured.
 *
 * The returned function throws ConfigurationRefused for a store that has no address.
 */
export function configuredAddress(configuration: Configuration): StoreAddress {
  return (store, role) => {
    // The API's process has two logins to control, so the general address can never be the auditor's.
    if (role === 'auditor' && !configuration.hasOwnDatabaseUrl(store, role)) {
      throw new ConfigurationRefused(
        `${configuration.databaseVariable(store, role)} must be given: the audit routes read with a login of their own.`,
      )
    }
    const url = configuration.databaseUrl(store, role)
    if (url === undefined) {
      throw new ConfigurationRefused(
        `${configuration.databaseVariable(store)} must be given for the login ${role}.`,
      )
    }
    return url
  }
}
