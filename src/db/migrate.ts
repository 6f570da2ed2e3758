import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import { Client } from 'pg'
import { applyRights } from './rights/apply.ts'
import type { StoreKind } from './rights/right.ts'
import type { Store } from './stores.ts'

export interface StoreMigration extends Store {
  /** Connects to the store's database as `migrator`. */
  readonly url: string
  /** The name the store's logs go by; the organization's id follows it. */
  readonly origin: string
}

const migrationLock = 7_203_114_552

function migrationsFolder(kind: StoreKind): string {
  const folder = kind === 'control' ? 'control' : 'environment'
  return fileURLToPath(new URL(`../../drizzle/${folder}`, import.meta.url))
}

/** Raised when a store was set up under another name than the one it is started with. */
export class OriginChanged extends Error {
  override readonly name = 'OriginChanged'
}

/** Raised when an environment stands in a store that the installation was not told of. */
export class StoreForgotten extends Error {
  override readonly name = 'StoreForgotten'
}

async function writeOrigin(client: Client, { name, origin }: StoreMigration): Promise<void> {
  await client.query('INSERT INTO log_store (origin) VALUES ($1) ON CONFLICT DO NOTHING', [origin])
  const { rows } = await client.query('SELECT origin FROM log_store')
  if (rows[0]?.origin !== origin) {
    throw new OriginChanged(
      `The ${name} store's logs go by the origin ${rows[0]?.origin}, not ${origin}. An origin is part of every signed ` +
        'entry and cannot be changed: set COUNTERSIGN_ORIGIN back.',
    )
  }
}

async function writeFollowedOrigins(client: Client, stores: readonly StoreMigration[]): Promise<void> {
  await client.query('DELETE FROM follow_right')
  for (const { name, kind, origin } of stores) {
    if (kind === 'control') continue
    const right = [`worker_${kind}`, origin, name]
    await client.query('INSERT INTO follow_right (role, origin, store) VALUES ($1, $2, $3)', right)
  }
}

// Nobody would follow its log any more, and control would go on without noticing.
async function refuseForgottenStores(client: Client): Promise<void> {
  await client.query('SET LOCAL ROLE across_organizations')
  const { rows } = await client.query<{ store: string; kind: string }>(
    'SELECT DISTINCT store, kind FROM environment ORDER BY store',
  )
  await client.query('RESET ROLE')
  const known = await client.query<{ store: string; role: string }>('SELECT store, role FROM follow_right')
  const forgotten = rows.filter(
    ({ store, kind }) => !known.rows.some((one) => one.store === store && one.role === `worker_${kind}`),
  )
  if (forgotten.length === 0) return
  throw new StoreForgotten(
    `Environments stand in stores that were not given here: ${forgotten.map(({ store, kind }) => `${store} (${kind})`).join(', ')}. ` +
      'Give STORE_<NAME>_URL and STORE_<NAME>_KIND of each.',
  )
}

/**
 * Brings one store to the newest schema and its grants to exactly what is declared, one process at a time.
 *
 * @throws OriginChanged when the store was set up under another origin, StoreForgotten when `stores`, all that the
 * installation has, lack one in which an environment stands.
 */
export async function migrateStore(
  migration: StoreMigration,
  stores: readonly StoreMigration[],
): Promise<void> {
  const client = new Client({ connectionString: migration.url, application_name: 'countersign migrate' })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock])
    await client.query('SET ROLE owner')
    await migrate(drizzle(client), { migrationsFolder: migrationsFolder(migration.kind) })
    await client.query('BEGIN')
    await client.query('RESET ROLE')
    await writeOrigin(client, migration)
    if (migration.kind === 'control') {
      await writeFollowedOrigins(client, stores)
      await refuseForgottenStores(client)
    }
    await applyRights(client, migration.kind)
    await client.query('COMMIT')
  } finally {
    await client.end()
  }
}
