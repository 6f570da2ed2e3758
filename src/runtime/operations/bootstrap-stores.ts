import { type Configuration, ConfigurationRefused } from '../../config.ts'
import { configuredAddress } from '../installation/configured-address.ts'
import { openApiControl } from '../open-api-stores.ts'
import { processLogger } from '../process/process-logger.ts'
import { say } from '../process/say.ts'
import {
  describeOrganization,
  makeFirstOrganization,
  type OrganizationRequest,
} from './first-organization.ts'

/**
 * Makes an organization in the configured control store, with the login `api`, and prints its owner's key, once.
 *
 * @throws ConfigurationRefused without a configured store, StartRefused when there is an organization already.
 */
export async function bootstrapStores(
  configuration: Configuration,
  request: OrganizationRequest,
): Promise<void> {
  if (!configuration.namesDatabases) {
    throw new ConfigurationRefused(
      'No database is configured. "countersign server" makes the first organization in the PostgreSQL that it brings along ' +
        'by itself, when it starts on empty data.',
    )
  }
  const logger = processLogger(configuration.logLevel)
  const control = await openApiControl(configuredAddress(configuration), logger)
  try {
    const made = await makeFirstOrganization({ control: control.pool }, request)
    for (const line of describeOrganization(request.organizationName, made)) say(line)
  } finally {
    await control.close()
  }
}
