import { randomUUID } from 'node:crypto'
import { Pool } from 'pg'
import { afterAll, inject } from 'vitest'
import { openPool, type StorePool } from '../../src/db/pool.ts'
import { rightsOf } from '../../src/db/rights/apply.ts'
import type { LoginRole, StoreKind } from '../../src/db/rights/right.ts'
import { type StoreAddress, type StoreName, storeKinds } from '../../src/db/stores.ts'
import { addressOf, templateOf } from './cluster.ts'

/** Fresh databases of a test file's own: a superuser's pool for each, and a pool for every login that may enter. */
export interface TestStores {
  readonly address: StoreAddress
  superuser(store: StoreKind): Pool
  /** Of the shared store of the kind, or of one with a name of its own. */
  pool(store: StoreKind, role: LoginRole, name?: StoreName): StorePool
}

/** Clones the migrated templates. Everything is dropped when the test file ends. */
export async function openStores(): Promise<TestStores> {
  const superuserUrl = inject('superuserUrl')
  const suffix = randomUUID().replaceAll('-', '').slice(0, 12)
  const databaseOf = (store: string) => `${store}_${suffix}`
  const administrator = new Pool({ connectionString: superuserUrl, max: 1 })
  for (const store of storeKinds) {
    await administrator.query('SELECT pg_advisory_lock(1)')
    await administrator.query(
      `CREATE DATABASE ${databaseOf(store)} TEMPLATE ${templateOf(store)} OWNER owner`,
    )
    await administrator.query('SELECT pg_advisory_unlock(1)')
    await administrator.query(`REVOKE ALL ON DATABASE ${databaseOf(store)} FROM PUBLIC`)
    const logins = Object.keys(rightsOf(store)).join(', ')
    await administrator.query(`GRANT CONNECT ON DATABASE ${databaseOf(store)} TO migrator, ${logins}`)
  }
  const address = addressOf(superuserUrl, databaseOf)
  const superusers = new Map<StoreKind, Pool>()
  const pools = new Map<string, StorePool>()
  const onIdleError = () => {}

  afterAll(async () => {
    for (const { pool } of pools.values()) await pool.end()
    for (const pool of superusers.values()) await pool.end()
    for (const store of storeKinds)
      await administrator.query(`DROP DATABASE ${databaseOf(store)} WITH (FORCE)`)
    await administrator.end()
  })

  return {
    address,
    superuser(store) {
      const existing = superusers.get(store)
      if (existing) return existing
      const url = new URL(superuserUrl)
      url.pathname = `/${databaseOf(store)}`
      const pool = new Pool({ connectionString: url.href, max: 4 })
      pool.on('error', onIdleError)
      superusers.set(store, pool)
      return pool
    },
    pool(store, role, name = store) {
      const place = `${name} ${role}`
      const existing = pools.get(place)
      if (existing) return existing
      const pool = openPool({ store, name, role, url: address(name, role), onIdleError })
      pools.set(place, pool)
      return pool
    },
  }
}

/** A Temporal namespace that no other test file of this run uses. */
export async function freshNamespace(): Promise<string> {
  const administrator = new Pool({ connectionString: inject('superuserUrl'), max: 1 })
  const { rows } = await administrator.query("SELECT nextval('test_namespace') AS place")
  await administrator.end()
  return `test-${rows[0].place}`
}
