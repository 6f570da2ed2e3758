import type { StorePool } from '../../db/pool.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { StandingAsset } from '../../domain/drift/drift.ts'
import type { AssetId, OrganizationId } from '../../domain/identifiers.ts'
import { readStanding } from '../../services/drift/read-standing.ts'

/** How assets stand, in the order asked, with digests computed from the stored bytes; reading leaves no entry. */
export function verify(
  pool: StorePool,
  organization: OrganizationId,
  assets: readonly AssetId[],
): Promise<readonly StandingAsset[]> {
  return withOrganization(pool, organization, (transaction) => readStanding(transaction, assets))
}
