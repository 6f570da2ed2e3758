import { and, eq, inArray } from 'drizzle-orm'
import { assetHead } from '../../../db/control/asset-head.ts'
import { association } from '../../../db/control/association.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetId, EnvironmentId } from '../../../domain/identifiers.ts'
import type { PlannedRequest } from './planned-request.ts'

/** Live versions of a request's assets in each environment that a rule of its policy names as a pilot. */
export async function readLivePilots(
  transaction: Transaction,
  { policy, assets }: PlannedRequest,
): Promise<ReadonlyMap<EnvironmentId, ReadonlyMap<AssetId, number>>> {
  const environments = policy.rules.flatMap(({ pilot }) => (pilot === undefined ? [] : [pilot]))
  const pilots = new Map<EnvironmentId, Map<AssetId, number>>()
  if (environments.length === 0) return pilots
  const rows = await transaction
    .select({
      environment: association.destinationEnvironment,
      asset: association.sourceAsset,
      version: association.sourceVersion,
    })
    .from(association)
    .innerJoin(
      assetHead,
      and(
        eq(assetHead.organization, association.organization),
        eq(assetHead.asset, association.targetAsset),
        eq(assetHead.activeVersion, association.targetVersion),
        eq(assetHead.deleted, false),
      ),
    )
    .where(
      and(
        eq(association.organization, transaction.organization),
        inArray(association.destinationEnvironment, environments),
        inArray(
          association.sourceAsset,
          assets.map(({ asset }) => asset),
        ),
      ),
    )
  for (const { environment, asset, version } of rows) {
    const live = pilots.get(environment) ?? new Map<AssetId, number>()
    pilots.set(environment, live.set(asset, version))
  }
  return pilots
}
