import { openPool, type StorePool } from '../db/pool.ts'
import { checkOwnRights } from '../db/rights/self-check.ts'
import { type Store, type StoreAddress, sharedStores } from '../db/stores.ts'
import type { ApiStores } from '../services/context.ts'
import { describeError, type Logger } from '../telemetry/logger.ts'
import { explainDatabase, StartRefused } from './process/explain-failure.ts'

export interface OpenedApiStores {
  readonly stores: ApiStores
  close(): Promise<void>
}

const control: Store = Object.freeze({ name: 'control', kind: 'control' })

function open(
  { name, kind }: Store,
  address: StoreAddress,
  logger: Logger,
  role: 'api' | 'auditor' = 'api',
): StorePool {
  return openPool({
    store: kind,
    name,
    role,
    url: address(name, role),
    onIdleError: (error) =>
      logger.warn({ store: name, role, error: describeError(error) }, 'database connection lost'),
  })
}

async function check(pool: StorePool): Promise<void> {
  try {
    await checkOwnRights(pool)
  } catch (error) {
    const reason = explainDatabase(error, `The ${pool.name} database`)
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
 * Opens the pool of the login `api` to control.
 *
 * @throws RightsExceeded when the login may do more than its part, StartRefused when the store does not let it in.
 */
export async function openApiControl(
  address: StoreAddress,
  logger: Logger,
): Promise<{ readonly pool: StorePool; close(): Promise<void> }> {
  const pool = open(control, address, logger)
  return { pool, close: await checkOrClose([pool]) }
}

/** Opens the pools of the login `api` to every store, and of `auditor` to control; throws as `openApiControl` does. */
export async function openApiStores(
  address: StoreAddress,
  logger: Logger,
  namedStores: readonly Store[] = [],
): Promise<OpenedApiStores> {
  const environments = [...sharedStores, ...namedStores].filter(({ kind }) => kind !== 'control')
  const stores: ApiStores = Object.freeze({
    control: open(control, address, logger),
    auditor: open(control, address, logger, 'auditor'),
    environments: new Map(environments.map((store) => [store.name, open(store, address, logger)])),
  })
  const pools = [stores.control, stores.auditor, ...stores.environments.values()]
  return { stores, close: await checkOrClose(pools) }
}
