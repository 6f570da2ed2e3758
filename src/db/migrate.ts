import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import { Client } from 'pg'
import { applyRights } from './rights/apply.ts'
import type { StoreKind } from './rights/right.ts'

export interface StoreMigration {
  readonly store: StoreKind
  /** Connects to the store's database as `migrator`. */
  readonly url: string
  /** The name the store's logs go by; the organization's id follows it. */
  readonly origin: string
}

/** Which login follows which origin into control's index. */
export type FollowedOrigins = Readonly<Record<Exclude<StoreKind, 'control'>, string>>

const migrationLock = 7_203_114_552

function migrationsFolder(store: StoreKind): string {
  const folder = store === 'control' ? 'control' : 'environment'
  return fileURLToPath(new URL(`../../drizzle/${folder}`, import.meta.url))
}

/** Raised when a store was set up under another name than the one it is started with. */
export class OriginChanged extends Error {
  override readonly name = 'OriginChanged'
}

async function writeOrigin(client: Client, { store, origin }: StoreMigration): Promise<void> {
  await client.query('INSERT INTO log_store (origin) VALUES ($1) ON CONFLICT DO NOTHING', [origin])
  const { rows } = await client.query('SELECT origin FROM log_store')
  if (rows[0]?.origin !== origin) {
    throw new OriginChanged(
      `The ${store} store's logs go by the origin ${rows[0]?.origin}, not ${origin}. An origin is part of every signed ` +
        'entry and cannot be changed: set COUNTERSIGN_ORIGIN back.',
    )
  }
}

async function writeFollowedOrigins(client: Client, origins: FollowedOrigins): Promise<void> {
  await client.query('DELETE FROM follow_right')
  for (const [kind, origin] of Object.entries(origins)) {
    await client.query('INSERT INTO follow_right (role, origin) VALUES ($1, $2)', [`worker_${kind}`, origin])
  }
}

/**
 * Brings one store to the newest schema and its grants to exactly what is declared, one process at a time.
 *
 * @throws OriginChanged when the store was set up under another origin.
 */
export async function migrateStore(migration: StoreMigration, followed: FollowedOrigins): Promise<void> {
  const client = new Client({ connectionString: migration.url, application_name: 'countersign migrate' })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock])
    await client.query('SET ROLE owner')
    await migrate(drizzle(client), { migrationsFolder: migrationsFolder(migration.store) })
    await client.query('BEGIN')
    await client.query('RESET ROLE')
    await writeOrigin(client, migration)
    if (migration.store === 'control') await writeFollowedOrigins(client, followed)
    await applyRights(client, migration.store)
    await client.query('COMMIT')
  } finally {
    await client.end()
  }
}
