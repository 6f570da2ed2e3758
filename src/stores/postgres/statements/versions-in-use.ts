import { and, eq, inArray } from 'drizzle-orm'
import { activeVersion } from '../../../db/environment/active-version.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetId } from '../../../domain/identifiers.ts'

/** The version in use of each of the assets; those without one are left out. */
export async function versionsInUse(
  transaction: Transaction,
  assets: readonly AssetId[],
): Promise<ReadonlyMap<AssetId, number>> {
  const rows = await transaction
    .select({ asset: activeVersion.asset, version: activeVersion.version })
    .from(activeVersion)
    .where(
      and(eq(activeVersion.organization, transaction.organization), inArray(activeVersion.asset, assets)),
    )
  return new Map(rows.map(({ asset, version }) => [asset, version]))
}
