import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Configuration, ConfigurationRefused, type SealingKind } from '../../config.ts'
import { migrateAll } from '../../db/migrate-all.ts'
import { prepareCluster } from '../../db/prepare-cluster.ts'
import type { RolePasswords } from '../../db/roles.ts'
import { type StoreAddress, sharedStores, storeKinds } from '../../db/stores.ts'
import { cacheFolder, dataFolder } from '../../embedded/data-folder.ts'
import { startPostgres } from '../../embedded/postgres.ts'
import { startTemporal } from '../../embedded/temporal.ts'
import { findTemporal } from '../../embedded/temporal-binary.ts'
import type { TemporalAddress } from '../../temporal/connection.ts'
import { configuredAddress } from './configured-address.ts'
import { localSecrets } from './local-secrets.ts'

type OnProgress = (message: string) => void

/** A server that this process runs. */
export interface LocalServer {
  readonly name: string
  readonly exited: Promise<void>
  stop(): Promise<void>
}

export interface OpenedStores {
  readonly address: StoreAddress
  readonly fingerprintKey: Uint8Array
  /** Master keys of this process's workers, the newest first. */
  readonly sealingKeys: (kind: SealingKind) => readonly Uint8Array[]
  /** What keys for checks follow from; undefined where none was given. */
  readonly checksKey: Uint8Array | undefined
  readonly server?: LocalServer
}

export interface OpenedTemporal {
  readonly temporal: TemporalAddress
  readonly server?: LocalServer
}

async function openFolder(configuration: Configuration): Promise<string> {
  const folder = dataFolder(configuration.dataFolder, configuration.xdgDataHome)
  // PostgreSQL may run under another account, which has to pass through; nobody else can list what is in it.
  await mkdir(folder, { recursive: true, mode: 0o711 })
  return folder
}

function loginAddress(superuserUrl: string, passwords: RolePasswords): StoreAddress {
  return (store, role) => {
    const url = new URL(superuserUrl)
    url.username = role
    url.password = passwords[role]
    url.pathname = `/${store}`
    return url.href
  }
}

function configuredStores(configuration: Configuration): OpenedStores {
  const address = configuredAddress(configuration)
  for (const { name } of [...sharedStores, ...configuration.namedStores]) address(name, 'api')
  if (configuration.fingerprintKey === undefined) {
    throw new ConfigurationRefused(
      'COUNTERSIGN_FINGERPRINT_KEY must be given with databases of your own: 32 random bytes in Base64, the same at every ' +
        'start and for every process that serves the API.',
    )
  }
  const { fingerprintKey, sealingKeys, checks } = configuration
  return { address, fingerprintKey, sealingKeys, checksKey: checks.key }
}

/**
 * The stores that were configured. Where none is, a PostgreSQL of our own with all four, prepared and migrated.
 *
 * @throws ConfigurationRefused when only a part was configured.
 */
export async function openStores(
  configuration: Configuration,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<OpenedStores> {
  if (configuration.namesDatabases) return configuredStores(configuration)
  const folder = await openFolder(configuration)
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), onProgress, signal })
  try {
    const { fingerprintKey, passwords, sealingKeys, checksKey } = await localSecrets(folder)
    const address = loginAddress(postgres.superuserUrl, passwords)
    const databases = storeKinds.map((store) => ({ store, database: store }))
    await prepareCluster({ superuserUrl: postgres.superuserUrl, passwords, databases })
    await migrateAll(address, configuration.origin)
    return {
      address,
      fingerprintKey: configuration.fingerprintKey ?? fingerprintKey,
      sealingKeys: (kind) => {
        const given = configuration.sealingKeys(kind)
        return given.length > 0 ? given : sealingKeys[kind]
      },
      checksKey: configuration.checks.key ?? checksKey,
      server: { name: 'PostgreSQL', exited: postgres.exited, stop: postgres.stop },
    }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

/** The Temporal that was configured, otherwise one of our own, which is got first where it is missing. */
export async function openTemporal(
  configuration: Configuration,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<OpenedTemporal> {
  const { temporalAddress, temporalNamespace: namespace } = configuration
  if (temporalAddress !== undefined) return { temporal: { address: temporalAddress, namespace } }
  const binary = await findTemporal({
    cacheFolder: cacheFolder(configuration.xdgCacheHome),
    path: configuration.path,
    onProgress,
  })
  const folder = join(await openFolder(configuration), 'temporal')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { address, exited, stop } = await startTemporal({
    folder,
    binary,
    namespaces: namespace === 'default' ? [] : [namespace],
    signal,
    onProgress,
  })
  return { temporal: { address, namespace }, server: { name: 'Temporal', exited, stop } }
}
