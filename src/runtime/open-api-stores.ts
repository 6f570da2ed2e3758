import { openPool, type StorePool } from '../db/pool.ts'
import type { StoreKind } from '../db/rights/right.ts'
import { checkOwnRights } from '../db/rights/self-check.ts'
import type { StoreAddress } from '../db/stores.ts'
import type { ApiStores } from '../services/context.ts'
import { describeError, type Logger } from '../telemetry/logger.ts'
import { explainDatabase, StartRefused } from './process/explain-failure.ts'

export interface OpenedApiStores {
  readonly stores: ApiStores
  close(): Promise<void>
}

function open(
  store: StoreKind,
  address: StoreAddress,
  logger: Logger,
  role: 'api' | 'auditor' = 'api',
): StorePool {
  return openPool({
    store,
    role,
    url: address(store, role),
    onIdleError: (error) =>
      logger.warn({ store, role, error: describeError(error) }, 'database connection lost'),
  })
}

async function check(pool: StorePool): Promise<void> {
  try {
    await checkOwnRights(pool)
  } catch (error) {
    const reason = explainDatabase(error, `The ${pool.store} database`)
    throw reason === undefined ? error : new StartRefused(reason, { cause: error })
  }
}

async function checkOrClose(pools: readonly StorePool[]): Promise<() => Promise<void>> {
  const close = async () => {
    await Promise.all(pools.map(({ pool }) => pool.end()))
  }
  try {
    await Promise.all(pools.map(check))
    return close
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Opens the pool of the login `api` to one store.
 *
 * @throws RightsExceeded when the login may do more than its part, StartRefused when the store does not let it in.
 */
export async function openApiStore(
  store: StoreKind,
  address: StoreAddress,
  logger: Logger,
): Promise<{ readonly pool: StorePool; close(): Promise<void> }> {
  const pool = open(store, address, logger)
  return { pool, close: await checkOrClose([pool]) }
}

/** Opens the pools of the login `api` to all four stores, and of `auditor` to control; throws as `openApiStore` does. */
export async function openApiStores(address: StoreAddress, logger: Logger): Promise<OpenedApiStores> {
  const stores: ApiStores = Object.freeze({
    control: open('control', address, logger),
    development: open('development', address, logger),
    staging: open('staging', address, logger),
    production: open('production', address, logger),
    auditor: open('control', address, logger, 'auditor'),
  })
  return { stores, close: await checkOrClose(Object.values(stores)) }
}
