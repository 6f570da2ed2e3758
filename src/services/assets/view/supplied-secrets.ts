import { and, eq, sql } from 'drizzle-orm'
import { sealedSecret } from '../../../db/environment/sealed-secret.ts'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetId } from '../../../domain/identifiers.ts'

/** Places of each asset for which the transaction's store holds a sealed value. */
export async function suppliedSecrets(
  transaction: Transaction,
  assets: readonly AssetId[],
): Promise<ReadonlyMap<AssetId, ReadonlySet<string>>> {
  if (assets.length === 0) return new Map()
  const rows = await transaction
    .select({ asset: sealedSecret.asset, pointer: sealedSecret.pointer })
    .from(sealedSecret)
    .where(
      and(
        eq(sealedSecret.organization, transaction.organization),
        sql`${sealedSecret.asset} = any (${sql.param([...assets])}::uuid[])`,
      ),
    )
  const byAsset = Map.groupBy(rows, ({ asset }) => asset)
  return new Map([...byAsset].map(([asset, places]) => [asset, new Set(places.map((one) => one.pointer))]))
}
