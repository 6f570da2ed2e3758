import { boolean, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, EnvironmentId } from '../../domain/identifiers.ts'
import { organizationColumn } from '../columns.ts'

/** One reference of a version; `target` is what its content names, whether or not there is such an asset. */
export const assetReference = pgTable('asset_reference', {
  organization: organizationColumn(),
  environment: uuid('environment').$type<EnvironmentId>().notNull(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  version: integer('version').notNull(),
  position: integer('position').notNull(),
  pointer: text('pointer').notNull(),
  target: uuid('target').$type<AssetId>().notNull(),
  required: boolean('required').notNull(),
})
