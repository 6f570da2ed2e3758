import { randomUUID } from 'node:crypto'
import { openPool, type StorePool } from '../../src/db/pool.ts'
import type { StoreKind } from '../../src/db/rights/right.ts'
import type { TestStores } from '../support/stores.ts'

export const divide = 'select 1 / $1::integer as quotient'

/** A pool of one connection, so that whatever comes next meets what the one before left behind. */
export function loneConnection(stores: TestStores, store: StoreKind = 'staging'): StorePool {
  const url = stores.address(store, 'api')
  return openPool({ store, role: 'api', url, connections: 1, onIdleError: () => {} })
}

/** An asset of no version that a test inserts with `send`, and looks for from outside. */
export function newAsset(stores: TestStores, organization: string) {
  const id = randomUUID()
  return {
    insert: [
      `insert into asset (organization, id, environment, type, name, version, created_by, updated_by)
       values ($1, $2, $2, 'valueSet', 'Gone', 0, $2, $2)`,
      [organization, id],
    ] as [string, unknown[]],
    async isStored() {
      const { rowCount } = await stores.superuser('staging').query('SELECT FROM asset WHERE id = $1', [id])
      return rowCount === 1
    },
  }
}
