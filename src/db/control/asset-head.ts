import { boolean, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, EnvironmentId } from '../../domain/identifiers.ts'
import { digestColumn, organizationColumn } from '../columns.ts'

/** The newest state of an asset, as the log of its environment tells it. */
export const assetHead = pgTable('asset_head', {
  organization: organizationColumn(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  environment: uuid('environment').$type<EnvironmentId>().notNull(),
  type: text('type').notNull(),
  version: integer('version').notNull(),
  digest: digestColumn('digest'),
  activeVersion: integer('active_version'),
  deleted: boolean('deleted').notNull().default(false),
})
