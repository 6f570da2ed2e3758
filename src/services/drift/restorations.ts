import { sql } from 'drizzle-orm'
import type { Transaction } from '../../db/transaction.ts'
import type { AssetId, CommandId, PromotionId } from '../../domain/identifiers.ts'

interface Restored {
  readonly command: CommandId
  readonly asset: AssetId
  readonly version: number
}

/**
 * Keeps that an asset runs a restored version instead of the one that its last promotion landed; restoring that one
 * ends it. An activation with a higher fence came later, whichever of the two is recorded first.
 */
export async function keepRestoration(
  transaction: Transaction,
  { command, asset, version }: Restored,
): Promise<void> {
  const { organization } = transaction
  await transaction.execute(sql`delete from asset_restoration
    where organization = ${organization} and asset = ${asset}`)
  await transaction.execute(sql`insert into asset_restoration
      (organization, asset, promotion, version, command, fence)
    select link.organization, link.target_asset, link.promotion, ${version}, ${command}, granted.fence
    from association as link
    join production_command_grant as granted on granted.organization = link.organization
      and granted.production_command = ${command}
    where link.organization = ${organization} and link.target_asset = ${asset}
      and link.target_version <> ${version} and not exists (
        select from production_grant_fence as later
        join rollout on rollout.organization = later.organization and rollout.id = later.promotion
          and rollout.state = 'active'
        where later.organization = link.organization and later.target_asset = link.target_asset
          and later.purpose = 'activate' and later.fence > granted.fence)`)
}

/** Ends what was restored before a promotion's versions were activated. */
export async function endRestorations(
  transaction: Transaction,
  { promotion, revision }: { readonly promotion: PromotionId; readonly revision: number },
): Promise<void> {
  await transaction.execute(sql`delete from asset_restoration using production_grant_fence as activated
    where asset_restoration.organization = ${transaction.organization}
      and activated.organization = asset_restoration.organization
      and activated.target_asset = asset_restoration.asset and activated.promotion = ${promotion}
      and activated.revision = ${revision} and activated.purpose = 'activate'
      and activated.fence > asset_restoration.fence`)
}
