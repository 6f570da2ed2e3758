import type { StandingAsset } from '../../domain/drift/drift.ts'
import type { AssetId, OrganizationId } from '../../domain/identifiers.ts'
import type { ProductionContext } from './production-context.ts'

export interface AskedAssets {
  readonly organization: OrganizationId
  readonly assets: readonly AssetId[]
}

/** How assets of one production store stand, computed from its stored bytes: versions and digests, no content. */
export function verifyAssets(
  { store }: ProductionContext,
  { organization, assets }: AskedAssets,
): Promise<readonly StandingAsset[]> {
  return store.verify(organization, assets)
}
