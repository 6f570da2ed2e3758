import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/transaction.ts'
import type { AssetId, PersonId, PromotionId } from '../../../domain/identifiers.ts'

/** Who wrote in staging what these promotions landed in a production asset, by the version it landed as. */
export async function stagingAuthors(
  control: Transaction,
  asset: AssetId,
  promotions: readonly PromotionId[],
): Promise<ReadonlyMap<number, PersonId>> {
  if (promotions.length === 0) return new Map()
  const { rows } = await control.execute<{ version: number; author: PersonId }>(sql`
    select receipt.landed_version as version, snapshot.author
    from promotion_item as item
    join receipt on receipt.organization = item.organization and receipt.promotion = item.promotion
      and receipt.revision = item.revision and receipt.position = item.position
    join promotion_snapshot as snapshot on snapshot.organization = item.organization
      and snapshot.promotion = item.promotion and snapshot.revision = item.revision
      and snapshot.asset = item.source_asset
    where item.organization = ${control.organization} and item.target_asset = ${asset}
      and item.promotion = any(${sql.param(promotions)}::uuid[]) and item.action <> 'unchanged'
      and snapshot.author is not null`)
  return new Map(rows.map(({ version, author }) => [version, author]))
}
