import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'pg'
import { pino } from 'pino'
import { createApp } from '../../src/api/app.ts'
import type { ApiDependencies, CountersignApp } from '../../src/api/environment.ts'
import { migrateAll } from '../../src/db/migrate-all.ts'
import { prepareCluster } from '../../src/db/prepare-cluster.ts'
import type { StoreKind } from '../../src/db/rights/right.ts'
import { loginRoles, type RolePasswords } from '../../src/db/roles.ts'
import { type StoreAddress, storeKinds } from '../../src/db/stores.ts'
import { instant } from '../../src/domain/identifiers.ts'
import { startPostgres } from '../../src/embedded/postgres.ts'
import { openApiStores } from '../../src/runtime/open-api-stores.ts'
import { openFittingMemory } from '../../src/services/assets/fitting-memory.ts'
import type { ApiStores } from '../../src/services/context.ts'
import { OrchestratorAway } from '../../src/services/ports.ts'
import { openScreeningMemory } from '../../src/services/screening/screening-memory.ts'

/** The servers of one run: a PostgreSQL that loses nothing, the four stores, and the API over them. */
export interface Ground {
  readonly app: CountersignApp
  readonly dependencies: ApiDependencies
  readonly stores: ApiStores
  /** Where a login finds a store, for whoever opens pools of its own. */
  readonly address: StoreAddress
  superuser(store: StoreKind): Pool
  stop(): Promise<void>
}

const away = () => Promise.reject(new OrchestratorAway('not part of the bench'))

function passwordsForOneRun(): RolePasswords {
  const entries = ['migrator', ...loginRoles].map((role) => [role, crypto.randomUUID()])
  return Object.fromEntries(entries) as RolePasswords
}

function addressOf(superuserUrl: string, passwords: RolePasswords): StoreAddress {
  return (store, role) => {
    const url = new URL(superuserUrl)
    url.username = role
    url.password = passwords[role]
    url.pathname = `/${store}`
    return url.href
  }
}

function openSuperusers(superuserUrl: string) {
  const pools = new Map<StoreKind, Pool>()
  const superuser = (store: StoreKind): Pool => {
    const existing = pools.get(store)
    if (existing !== undefined) return existing
    const url = new URL(superuserUrl)
    url.pathname = `/${store}`
    const pool = new Pool({ connectionString: url.href, max: 1 })
    // A pool without a listener would end the process; a broken connection shows in the next query.
    pool.on('error', () => {})
    pools.set(store, pool)
    return pool
  }
  const close = async () => {
    for (const pool of pools.values()) await pool.end()
  }
  return { superuser, close }
}

/** Starts everything in a folder of its own, with the settings that `npm start` has; `stop` removes it. */
export async function openGround(onProgress: (message: string) => void): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'))
  // PostgreSQL may run under another account, which has to pass through.
  await chmod(folder, 0o711)
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), onProgress })
  const passwords = passwordsForOneRun()
  const databases = storeKinds.map((store) => ({ store, database: store }))
  await prepareCluster({ superuserUrl: postgres.superuserUrl, passwords, databases })
  const address = addressOf(postgres.superuserUrl, passwords)
  await migrateAll(address, 'bench.countersign.example')
  const logger = pino({ level: 'silent' })
  const { stores, close } = await openApiStores(address, logger)
  const superusers = openSuperusers(postgres.superuserUrl)
  const dependencies: ApiDependencies = {
    stores,
    orchestrator: { start: away, deliver: away, finished: away, lookAgain: away, ready: async () => false },
    clock: { now: () => instant(Date.now()) },
    screenings: openScreeningMemory(),
    fitting: openFittingMemory(),
    refusalOfAddress: () => null,
    fingerprintKey: new Uint8Array(32).fill(7),
    logger,
    requestsPerMinute: { key: 10_000_000, address: 10_000_000 },
  }
  return {
    app: createApp(dependencies),
    dependencies,
    stores,
    address,
    superuser: superusers.superuser,
    async stop() {
      await superusers.close()
      await close()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
      await rm(postgres.folder, { recursive: true, force: true })
    },
  }
}
