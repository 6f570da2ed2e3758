import type { StorePool } from '../../db/pool.ts'
import type { ApiStores } from '../context.ts'
import type { Orchestrator } from '../ports.ts'

export interface Readiness {
  readonly ready: boolean
  /** Whether each part answers, by its name. */
  readonly parts: Readonly<Record<string, boolean>>
}

// A store that was never migrated has no `log_store`, or no row in it.
async function answers({ pool }: StorePool): Promise<boolean> {
  try {
    const { rowCount } = await pool.query('select origin from log_store')
    return rowCount === 1
  } catch {
    return false
  }
}

async function orchestrates(orchestrator: Orchestrator): Promise<boolean> {
  try {
    return await orchestrator.ready()
  } catch {
    return false
  }
}

/** Asks every store, which has to be migrated, and the workflow service. */
export async function checkReadiness(stores: ApiStores, orchestrator: Orchestrator): Promise<Readiness> {
  const asked = [
    ...[stores.control, ...stores.environments.values()].map(
      async (store) => [store.name, await answers(store)] as const,
    ),
    orchestrates(orchestrator).then((ready) => ['temporal', ready] as const),
  ]
  const parts = Object.fromEntries(await Promise.all(asked))
  return { ready: Object.values(parts).every(Boolean), parts }
}
