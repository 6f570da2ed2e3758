import type { StorePool } from '../../db/pool.ts'
import type { AssetStore, StoreRefusal } from '../asset-store.ts'

/**
 * What a production worker has: its login to control, which shows it what is authorized, and the store it writes. What is
 * authorized for an environment of another store is not authorized here.
 */
export interface ProductionContext {
  readonly control: StorePool
  readonly store: AssetStore
}

export interface RefusedAct {
  readonly kind: 'refused'
  readonly code: StoreRefusal
}

/** The answer to an act that control's views do not show. */
export const notAuthorized: RefusedAct = Object.freeze({ kind: 'refused', code: 'not-authorized' })

/** Control showed bytes that do not have the digest that was approved. Trying again does not help. */
export class AuthorizedBytesDiffer extends Error {
  override readonly name = 'AuthorizedBytesDiffer'

  constructor() {
    super(
      'The authorized bytes do not have the approved digest. Nothing was written; control needs to be examined.',
    )
  }
}
