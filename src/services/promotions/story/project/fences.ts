import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/transaction.ts'
import type { AssetId } from '../../../../domain/identifiers.ts'

/**
 * Issues a fence for each production asset, higher than any before. Rows are taken in the order of ids, so that two
 * bundles that share assets cannot wait for each other.
 */
export async function issueFences(
  transaction: Transaction,
  assets: readonly AssetId[],
): Promise<ReadonlyMap<AssetId, number>> {
  const fences = new Map<AssetId, number>()
  for (const asset of [...assets].sort()) {
    const { rows } = await transaction.execute<{ fence: string }>(sql`
      insert into asset_fence (organization, asset, fence) values (${transaction.organization}, ${asset}, 1)
      on conflict (organization, asset) do update set fence = asset_fence.fence + 1 returning fence`)
    fences.set(asset, Number(rows[0]?.fence))
  }
  return fences
}
