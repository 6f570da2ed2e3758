import { type CheckSettings, readCheckSettings } from './check-settings.ts'
import { ConfigurationRefused } from './configuration-refused.ts'
import type { LoginRole, StoreKind } from './db/rights/right.ts'
import type { Store, StoreName } from './db/stores.ts'
import { durationMilliseconds } from './domain/policy/duration.ts'
import { type IdentityProviderSettings, readIdentityProviderSettings } from './identity/settings.ts'

/** Kinds of environments, each of which has master keys of its own. */
export type SealingKind = Exclude<StoreKind, 'control'>

/** What the process was told, read once. Nothing else reads the environment. */
export interface Configuration {
  readonly dataFolder: string | undefined
  readonly xdgDataHome: string | undefined
  readonly xdgCacheHome: string | undefined
  readonly path: string
  readonly host: string
  /** 0 lets the system pick a free one. */
  readonly port: number
  /** The first part of every log's origin. Part of each entry: it cannot be changed later. */
  readonly origin: string
  readonly temporalAddress: string | undefined
  readonly temporalNamespace: string
  readonly logLevel: string
  /** Key of the HMAC that recognises repeated requests, 32 bytes; undefined where the embedded one is used. */
  readonly fingerprintKey: Uint8Array | undefined
  /** Master keys that secrets of this kind of environments are sealed with, the newest first; none where none was given. */
  sealingKeys(kind: SealingKind): readonly Uint8Array[]
  /** How services outside are asked about plans. */
  readonly checks: CheckSettings
  /** Requests a key may make in a minute. */
  readonly requestsPerMinute: number
  /** Whether a proxy of ours writes the last entry of X-Forwarded-For. */
  readonly trustProxy: boolean
  /** Whose access tokens are accepted; undefined where nobody's are. */
  readonly identityProvider: IdentityProviderSettings | undefined
  /** How often production is compared with what landed there; null for never. */
  readonly driftSweepMilliseconds: number | null
  /** Whether any store's address was given; where none was, the process brings a PostgreSQL of its own. */
  readonly namesDatabases: boolean
  /** The stores that have a name of their own, beside the four shared ones, in the order of their names. */
  readonly namedStores: readonly Store[]
  /** The variable that names a store for one login, or for all that have none of their own. */
  databaseVariable(store: StoreName, role?: LoginRole | 'migrator' | 'administrator'): string
  /** The address of a store for one login, when one was given: its own, or the one for the store. */
  databaseUrl(store: StoreName, role: LoginRole | 'migrator'): string | undefined
  /** Whether an address was given for this very login. */
  hasOwnDatabaseUrl(store: StoreName, role: LoginRole): boolean
  /** The address of a superuser of the store's cluster, which only the preparation of a cluster needs. */
  administratorUrl(store: StoreName): string | undefined
}

export { ConfigurationRefused }

export type Environment = Readonly<Record<string, string | undefined>>

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

function integer(
  environment: Environment,
  name: string,
  fallback: number,
  lowest: number,
  highest: number,
): number {
  const text = environment[name]
  if (text === undefined || text === '') return fallback
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < lowest || value > highest) {
    throw new ConfigurationRefused(`${name} must be a whole number from ${lowest} to ${highest}.`)
  }
  return value
}

function oneOf(environment: Environment, name: string, fallback: string, allowed: readonly string[]): string {
  const text = environment[name] || fallback
  if (!allowed.includes(text)) throw new ConfigurationRefused(`${name} must be one of ${allowed.join(', ')}.`)
  return text
}

function fingerprintKey(environment: Environment): Uint8Array | undefined {
  const text = environment.COUNTERSIGN_FINGERPRINT_KEY
  if (text === undefined || text === '') return undefined
  const key = Buffer.from(text, 'base64')
  if (key.length < 32) {
    throw new ConfigurationRefused('COUNTERSIGN_FINGERPRINT_KEY must be at least 32 random bytes in Base64.')
  }
  return key
}

function sealingKeys(environment: Environment, kind: SealingKind): readonly Uint8Array[] {
  const name = `COUNTERSIGN_${kind.toUpperCase()}_SEALING_KEYS`
  const texts = (environment[name] ?? '').split(',').flatMap((text) => text.trim() || [])
  const keys = texts.map((text) => Buffer.from(text, 'base64'))
  if (
    keys.some((key) => key.length !== 32) ||
    new Set(keys.map((key) => key.toString('hex'))).size < keys.length
  ) {
    throw new ConfigurationRefused(
      `${name} must be keys of 32 random bytes in Base64, the newest first, separated by commas, none of them twice.`,
    )
  }
  return keys
}

const shared: readonly string[] = ['control', 'development', 'staging', 'production']
const logins =
  'API|WORKER_CONTROL|WORKER_DEVELOPMENT|WORKER_STAGING|WORKER_PRODUCTION|SIGNER|AUDITOR|MIGRATOR'
const sharedAddress = /^(CONTROL|DEVELOPMENT|STAGING|PRODUCTION)_DATABASE_URL(_|$)/
const ownAddress = new RegExp(`^STORE_(.+?)_(?:KIND|URL(?:_(?:${logins}|ADMINISTRATOR))?)$`)

// A value that is no address would make the driver fall back on a server of this machine.
function databaseNames(environment: Environment): readonly string[] {
  const names = Object.keys(environment).filter(
    (name) =>
      environment[name] && (sharedAddress.test(name) || ownAddress.test(name)) && !name.endsWith('_KIND'),
  )
  for (const name of names) {
    if (
      !/^postgres(ql)?:\/\/[^/]+\/[^/?]+(\?.*)?$/.test(environment[name] ?? '') ||
      !URL.canParse(environment[name] ?? '')
    ) {
      throw new ConfigurationRefused(
        `${name} must be an address like postgres://login:password@host:5432/database; reserved characters of a ` +
          'password are percent-encoded.',
      )
    }
  }
  return names
}

function identityProvider(given: (name: string) => string | undefined): IdentityProviderSettings | undefined {
  const read = readIdentityProviderSettings(given)
  if (read.kind === 'refused') throw new ConfigurationRefused(read.message)
  return read.kind === 'settings' ? read.settings : undefined
}

function driftSweep(environment: Environment): number | null {
  const text = environment.COUNTERSIGN_DRIFT_SWEEP || 'PT15M'
  if (text === 'off') return null
  try {
    const milliseconds = durationMilliseconds(text)
    if (milliseconds >= 1_000) return milliseconds
  } catch {
    // Told below.
  }
  throw new ConfigurationRefused(
    'COUNTERSIGN_DRIFT_SWEEP must be off, or an ISO 8601 duration of a second or more, like PT15M.',
  )
}

function namedStore(environment: Environment, part: string, addresses: readonly string[]): Store {
  const variable = `STORE_${part}_KIND`
  if (!/^[A-Z0-9]+(_[A-Z0-9]+)*$/.test(part) || part.length > 63) {
    throw new ConfigurationRefused(
      `${variable} must name its store by upper-case letters and digits, with single underscores between, at most 63.`,
    )
  }
  const name = part.toLowerCase().replaceAll('_', '-')
  if (shared.includes(name)) {
    throw new ConfigurationRefused(
      `${variable} must give its store another name: ${name} is the shared one, whose address is ${part}_DATABASE_URL.`,
    )
  }
  const kind = environment[variable]
  if (kind !== 'production' && kind !== 'staging' && kind !== 'development') {
    throw new ConfigurationRefused(`${variable} must be one of production, staging, development.`)
  }
  if (!addresses.some((address) => address.startsWith(`STORE_${part}_URL`))) {
    throw new ConfigurationRefused(`STORE_${part}_URL must be given with ${variable}.`)
  }
  return Object.freeze({ name, kind })
}

function namedStores(environment: Environment, addresses: readonly string[]): readonly Store[] {
  const parts = Object.keys(environment).flatMap((variable) => {
    const part = environment[variable] ? ownAddress.exec(variable)?.[1] : undefined
    return part === undefined ? [] : [part]
  })
  return Object.freeze([...new Set(parts)].sort().map((part) => namedStore(environment, part, addresses)))
}

/** Whether a failure may be told with its stack. Asked apart, because the configuration itself may be what fails. */
export function tellsStacks(environment: Environment): boolean {
  return environment.LOG_LEVEL === 'debug' || environment.LOG_LEVEL === 'trace'
}

/**
 * Reads the configuration from environment variables.
 *
 * @throws ConfigurationRefused naming a variable that cannot be used.
 */
export function readConfiguration(environment: Environment): Configuration {
  const given = (name: string) => environment[name] || undefined
  const databases = databaseNames(environment)
  const databaseVariable = (store: StoreName, role?: string) => {
    const part = store.toUpperCase().replaceAll('-', '_')
    const ofStore = shared.includes(store) ? `${part}_DATABASE_URL` : `STORE_${part}_URL`
    return role === undefined ? ofStore : `${ofStore}_${role.toUpperCase()}`
  }
  const origin = given('COUNTERSIGN_ORIGIN') ?? 'countersign.localhost'
  if (!/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/.test(origin)) {
    throw new ConfigurationRefused(
      'COUNTERSIGN_ORIGIN must be a name like promotions.example.org, without a scheme.',
    )
  }
  const temporalAddress = given('TEMPORAL_ADDRESS')
  if (temporalAddress?.includes('/')) {
    throw new ConfigurationRefused(
      'TEMPORAL_ADDRESS must be a host and a port like temporal.example.org:7233.',
    )
  }
  const sealing: Readonly<Record<SealingKind, readonly Uint8Array[]>> = {
    development: sealingKeys(environment, 'development'),
    staging: sealingKeys(environment, 'staging'),
    production: sealingKeys(environment, 'production'),
  }
  return Object.freeze({
    dataFolder: given('COUNTERSIGN_DATA'),
    xdgDataHome: given('XDG_DATA_HOME'),
    xdgCacheHome: given('XDG_CACHE_HOME'),
    path: environment.PATH ?? '',
    host: given('HOST') ?? '127.0.0.1',
    port: integer(environment, 'PORT', 3000, 0, 65_535),
    origin,
    temporalAddress,
    temporalNamespace: given('TEMPORAL_NAMESPACE') ?? 'default',
    logLevel: oneOf(environment, 'LOG_LEVEL', 'info', logLevels),
    fingerprintKey: fingerprintKey(environment),
    sealingKeys: (kind: SealingKind) => sealing[kind],
    checks: readCheckSettings(given),
    requestsPerMinute: integer(environment, 'REQUESTS_PER_MINUTE', 600, 1, 1_000_000),
    trustProxy: oneOf(environment, 'TRUST_PROXY', 'false', ['true', 'false']) === 'true',
    identityProvider: identityProvider(given),
    driftSweepMilliseconds: driftSweep(environment),
    namesDatabases: databases.length > 0,
    namedStores: namedStores(environment, databases),
    databaseVariable,
    databaseUrl: (store: StoreName, role: LoginRole | 'migrator') =>
      given(databaseVariable(store, role)) ?? given(databaseVariable(store)),
    hasOwnDatabaseUrl: (store: StoreName, role: LoginRole) =>
      given(databaseVariable(store, role)) !== undefined,
    administratorUrl: (store: StoreName) => given(databaseVariable(store, 'administrator')),
  })
}
