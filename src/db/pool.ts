import { Pool } from 'pg'
import type { LoginRole, StoreKind } from './rights/right.ts'
import { type StatementNames, statementNames } from './sending/statement-names.ts'
import { socketSendingTogether } from './sending/together.ts'
import type { StoreName } from './stores.ts'

/** Connections of one login to one store. */
export interface StorePool {
  readonly store: StoreKind
  readonly name: StoreName
  readonly role: LoginRole
  readonly pool: Pool
  readonly names: StatementNames
  /** Waited for before a transaction commits; where it fails, so does the transaction. */
  readonly beforeCommit?: () => Promise<void>
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

// A request's transaction in control holds the caller's rights and is idle while the environment's store works: well above
// what that may take.
const idleWhileHoldingMilliseconds = 20_000
const lockMilliseconds = 4_000

/** Whoever waits in an environment's store for a request holds rights in control meanwhile, and is not to wait long. */
function limitsOf({ store, role }: PoolOptions) {
  const statement_timeout = statementMilliseconds
  const idle_in_transaction_session_timeout = idleInTransactionMilliseconds
  const usual = { statement_timeout, idle_in_transaction_session_timeout }
  if (role !== 'api') return usual
  return store === 'control'
    ? { ...usual, idle_in_transaction_session_timeout: idleWhileHoldingMilliseconds }
    : { ...usual, lock_timeout: lockMilliseconds }
}

/** Opens a pool whose waits all end: for a connection, a statement, a lock, an idle transaction. */
export function openPool(options: PoolOptions): StorePool {
  const pool = new Pool({
    connectionString: options.url,
    max: options.connections ?? 8,
    connectionTimeoutMillis: 5_000,
    ...limitsOf(options),
    application_name: `countersign ${options.role}`,
    // Statements that do not wait for each other's answers travel together.
    pipeline: true,
    stream: socketSendingTogether,
  })
  pool.on('error', options.onIdleError)
  const { store, name = store, role } = options
  return { store, name, role, pool, names: statementNames() }
}
