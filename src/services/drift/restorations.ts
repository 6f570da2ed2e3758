import { sql } from 'drizzle-orm'
import type { Transaction } from '../../db/transaction.ts'
import type { AssetId, CommandId, PromotionId } from '../../domain/identifiers.ts'
import type { RolledBackAsset } from '../../domain/rollout/rollout.ts'

interface Restored {
  readonly command: CommandId
  readonly asset: AssetId
  readonly version: number
}

interface RolledBack {
  readonly promotion: PromotionId
  readonly revision: number
  readonly attempt: number
  readonly items: readonly RolledBackAsset[]
}

// An activation with a higher fence came later, whichever of the two is recorded first.
const activatedSince = sql`exists (
  select from production_grant_fence as later
  join rollout on rollout.organization = later.organization and rollout.id = later.promotion
    and rollout.state in ('active', 'live', 'rolling_back', 'rolled_back')
  where later.organization = link.organization and later.target_asset = link.target_asset
    and later.purpose = 'activate' and later.fence > granted.fence)`

/**
 * Keeps that an asset runs a restored version instead of the one that its last promotion landed; restoring that one
 * ends it.
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
      and link.target_version <> ${version} and not ${activatedSince}`)
}

/**
 * Keeps that assets run what was in use before a promotion was activated, or nothing, instead of what their last promotion
 * landed. What was restored after that stays.
 */
export async function keepRolledBack(
  transaction: Transaction,
  { promotion, revision, attempt, items }: RolledBack,
): Promise<void> {
  const { organization } = transaction
  const returned = sql`unnest(${sql.param(items.map(({ asset }) => asset))}::uuid[],
    ${sql.param(items.map(({ version }) => version))}::integer[]) as returned(asset, version)
    join production_grant_fence as granted on granted.organization = ${organization}
      and granted.promotion = ${promotion} and granted.revision = ${revision} and granted.purpose = 'rollback'
      and granted.attempt = ${attempt} and granted.target_asset = returned.asset`
  await transaction.execute(sql`delete from asset_restoration using ${returned}
    where asset_restoration.organization = ${organization} and asset_restoration.asset = returned.asset
      and asset_restoration.fence < granted.fence`)
  await transaction.execute(sql`insert into asset_restoration
      (organization, asset, promotion, version, rolled_back, fence)
    select link.organization, link.target_asset, link.promotion, returned.version, ${promotion}, granted.fence
    from ${returned}
    join association as link on link.organization = granted.organization and link.target_asset = returned.asset
    where link.target_version is distinct from returned.version and not ${activatedSince}
    on conflict (organization, asset) do nothing`)
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
