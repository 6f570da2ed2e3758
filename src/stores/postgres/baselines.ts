import type { StorePool } from '../../db/pool.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { AssetId, OrganizationId } from '../../domain/identifiers.ts'
import type { Baseline } from '../../services/asset-store.ts'
import { readBaselines } from '../../services/assets/view/read-baselines.ts'

/** The newest counting version of each asset that exists and is not deleted, by asset; others are left out. */
export async function baselines(
  pool: StorePool,
  organization: OrganizationId,
  assets: readonly AssetId[],
): Promise<readonly Baseline[]> {
  return withOrganization(pool, organization, (transaction) => readBaselines(transaction, assets))
}
