import { Pool } from 'pg'
import type { LoginRole, StoreKind } from './rights/right.ts'
import type { StoreName } from './stores.ts'

/** Connections of one login to one store. */
export interface StorePool {
  readonly store: StoreKind
  readonly name: StoreName
  readonly role: LoginRole
  readonly pool: Pool
}

export interface PoolOptions {
  readonly store: StoreKind
  /** The shared store of its kind when left out. */
  readonly name?: StoreName
  readonly role: LoginRole
  readonly url: string
  readonly connections?: number
  /** Told when an idle connection breaks; a pool without a listener would end the process. */
  readonly onIdleError: (error: Error) => void
}

// Below every activity's time limit, so that a database that hangs is told apart from a worker that died.
const statementMilliseconds = 8_000
const idleInTransactionMilliseconds = 5_000

/** Opens a pool whose waits all end: for a connection, for a statement, for an idle transaction. */
export function openPool(options: PoolOptions): StorePool {
  const pool = new Pool({
    connectionString: options.url,
    max: options.connections ?? 8,
    connectionTimeoutMillis: 5_000,
    statement_timeout: statementMilliseconds,
    idle_in_transaction_session_timeout: idleInTransactionMilliseconds,
    application_name: `countersign ${options.role}`,
  })
  pool.on('error', options.onIdleError)
  return { store: options.store, name: options.name ?? options.store, role: options.role, pool }
}
