import { Pool } from 'pg'
import type { LoginRole, StoreKind } from './rights/right.ts'
import { socketSendingTogether } from './sending/together.ts'
import type { StoreName } from './stores.ts'

/** Connections of one login to one store. */
export interface StorePool {
  readonly store: StoreKind
  readonly name: StoreName
  readonly role: LoginRole
  readonly pool: Pool
  /** Names under which the pool's connections keep statements prepared, by their text. */
  readonly prepared: Map<string, string>
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
    // Statements that do not wait for each other's answers travel together.
    pipeline: true,
    stream: socketSendingTogether,
  })
  pool.on('error', options.onIdleError)
  const { store, name = store, role } = options
  return { store, name, role, pool, prepared: new Map() }
}
