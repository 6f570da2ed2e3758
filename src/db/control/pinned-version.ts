import { integer, pgView, text, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, EnvironmentId, PromotionId } from '../../domain/identifiers.ts'
import { digestColumn, organizationColumn } from '../columns.ts'

/** What the source's worker freezes; `promotedVersion` is 0 for an asset that was never promoted. */
export const pinnedVersion = pgView('pinned_version', {
  organization: organizationColumn(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  position: integer('position').notNull(),
  environment: uuid('environment').$type<EnvironmentId>().notNull(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  type: text('type').notNull(),
  version: integer('version').notNull(),
  digest: digestColumn('digest').notNull(),
  promotedVersion: integer('promoted_version').notNull(),
}).existing()
