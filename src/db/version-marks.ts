import { sql } from 'drizzle-orm'

/** Whether the landing of the row of `asset_version` was taken back, so that it never counted. */
export const wasDiscarded = sql<boolean>`exists (select from landing join discard
  on discard.organization = landing.organization and discard.promotion = landing.promotion
    and discard.revision = landing.revision
  where landing.organization = asset_version.organization and landing.entry = asset_version.entry
    and landing.promotion = asset_version.promotion)`

/** Whether the row of `asset_version` was ever the version in use. */
export const wasLive = sql<boolean>`exists (select from performed_act as act
  where act.organization = asset_version.organization and act.asset = asset_version.asset
    and act.version = asset_version.version and act.purpose in ('activate', 'restore'))`
