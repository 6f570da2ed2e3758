import type { StorePool } from '../db/pool.ts'
import type { AssetStore } from '../services/asset-store.ts'
import { activate } from './postgres/activate.ts'
import { baselines } from './postgres/baselines.ts'
import { discard } from './postgres/discard.ts'
import { land } from './postgres/land.ts'
import { perform } from './postgres/perform.ts'
import { readBack } from './postgres/read-back.ts'
import { rollback } from './postgres/rollback.ts'
import { verify } from './postgres/verify.ts'

/**
 * Production's assets in PostgreSQL. Expects the pool of the login `worker_production` on a production store; with any
 * other login every writing act throws what the database says, and nothing is written.
 */
export function postgresAssetStore(pool: StorePool): AssetStore {
  return Object.freeze<AssetStore>({
    name: pool.name,
    baselines: (organization, assets) => baselines(pool, organization, assets),
    land: (bundle) => land(pool, bundle),
    readBack: (organization, promotion, revision) => readBack(pool, organization, promotion, revision),
    verify: (organization, assets) => verify(pool, organization, assets),
    discard: (bundle) => discard(pool, bundle),
    activate: (bundle) => activate(pool, bundle),
    rollback: (bundle) => rollback(pool, bundle),
    perform: (act) => perform(pool, act),
  })
}
