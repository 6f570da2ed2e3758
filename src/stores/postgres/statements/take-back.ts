import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/transaction.ts'
import { type AssetId, type Digest, digest, type PersonId } from '../../../domain/identifiers.ts'
import type { FoundLanding } from './find-landing.ts'
import { type LockedAsset, lockAssets } from './lock-assets.ts'

/** A landing that is being discarded, and how its asset stands afterwards. */
export interface TakenBack {
  readonly landed: FoundLanding
  readonly asset: Pick<LockedAsset, 'environment' | 'type' | 'version' | 'digest'>
  /** False when there was nothing to take back, or a newer act rests on the landed version. */
  readonly takenBack: boolean
}

/** Makes the version below each landed one count again. An asset with none below is deleted. */
export async function takeBack(
  transaction: Transaction,
  landings: readonly FoundLanding[],
  person: PersonId,
): Promise<readonly TakenBack[]> {
  const assets = await lockAssets(
    transaction,
    landings.map((landed) => landed.asset),
  )
  const restedOn = await assetsRestedOn(transaction, landings)
  const below = new Map<AssetId, { readonly version: number; readonly digest: Digest | null }>()
  for (const { asset, version, entryId } of landings) {
    // The entry tells who made a version: one that landed unchanged is not this promotion's to take back.
    if (assets.get(asset)?.entry !== entryId || restedOn.has(asset)) continue
    below.set(asset, await setBack(transaction, asset, version, person))
  }
  return landings.map((landed) => {
    const asset = assets.get(landed.asset)
    if (asset === undefined) throw new Error('a landing has no asset')
    const before = below.get(landed.asset)
    return { landed, asset: { ...asset, ...before }, takenBack: before !== undefined }
  })
}

/** Of the landed assets, those whose landed version is in use, or landed again, unchanged, for somebody else. */
async function assetsRestedOn(
  transaction: Transaction,
  landings: readonly FoundLanding[],
): Promise<ReadonlySet<AssetId>> {
  const assets = landings.map(({ asset }) => asset)
  const versions = landings.map(({ version }) => version)
  const entries = landings.map(({ entryId }) => entryId)
  const { rows } = await transaction.execute<{ asset: AssetId }>(sql`select landed.asset
    from unnest(${sql.param(assets)}::uuid[], ${sql.param(versions)}::integer[]) as landed(asset, version)
    where exists (select from active_version as active where active.organization = ${transaction.organization}
        and active.asset = landed.asset and active.version = landed.version)
      or exists (select from landing as other where other.organization = ${transaction.organization}
        and other.asset = landed.asset and other.version = landed.version
        and other.entry <> all (${sql.param(entries)}::uuid[])
        and not exists (select from discard where discard.organization = other.organization
          and discard.promotion = other.promotion and discard.revision = other.revision))`)
  return new Set(rows.map(({ asset }) => asset))
}

/** Sets an asset back to its newest version below `version` that no discarded landing made. */
async function setBack(
  transaction: Transaction,
  asset: AssetId,
  version: number,
  person: PersonId,
): Promise<{ readonly version: number; readonly digest: Digest | null }> {
  const { rows } = await transaction.execute<{ version: number; digest: Buffer | null }>(sql`
    with counting as (
      select one.version, one.name, one.digest from asset_version as one
      where one.organization = ${transaction.organization} and one.asset = ${asset} and one.version < ${version}
        and not exists (select from landing join discard on discard.organization = landing.organization
            and discard.promotion = landing.promotion and discard.revision = landing.revision
          where landing.organization = one.organization and landing.promotion = one.promotion
            and landing.entry = one.entry)
      order by one.version desc limit 1)
    update asset set version = coalesce((select version from counting), 0),
      name = coalesce((select name from counting), name), updated_at = now(), updated_by = ${person},
      deleted_at = case when exists (select from counting) then deleted_at else now() end
    where organization = ${transaction.organization} and id = ${asset}
    returning version, (select digest from counting) as digest`)
  const [row] = rows
  if (row === undefined) throw new Error('a landing has no asset')
  return { version: row.version, digest: row.digest === null ? null : digest(row.digest.toString('hex')) }
}
