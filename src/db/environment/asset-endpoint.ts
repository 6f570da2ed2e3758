import { integer, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, EnvironmentId } from '../../domain/identifiers.ts'
import { digestColumn, organizationColumn } from '../columns.ts'

/** One endpoint that a version reaches, by the SHA-256 of its address. */
export const assetEndpoint = pgTable('asset_endpoint', {
  organization: organizationColumn(),
  environment: uuid('environment').$type<EnvironmentId>().notNull(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  version: integer('version').notNull(),
  address: digestColumn('address').notNull(),
})
