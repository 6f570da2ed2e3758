import type { AssetId, OrganizationId } from '../../domain/identifiers.ts'
import type { Baseline } from '../asset-store.ts'
import type { ProductionContext } from './production-context.ts'

/** Versions and digests of production's assets; those that do not exist or are deleted are left out. */
export function readBaselines(
  { store }: ProductionContext,
  { organization, assets }: { readonly organization: OrganizationId; readonly assets: readonly AssetId[] },
): Promise<readonly Baseline[]> {
  return store.baselines(organization, assets)
}
