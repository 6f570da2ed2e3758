import { sql } from 'drizzle-orm'
import { integer, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, EnvironmentId, PromotionId } from '../../domain/identifiers.ts'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'

export const association = pgTable('association', {
  organization: organizationColumn(),
  sourceAsset: uuid('source_asset').$type<AssetId>().notNull(),
  destinationEnvironment: uuid('destination_environment').$type<EnvironmentId>().notNull(),
  targetAsset: uuid('target_asset').$type<AssetId>().notNull(),
  sourceVersion: integer('source_version').notNull(),
  sourceDigest: digestColumn('source_digest').notNull(),
  targetVersion: integer('target_version').notNull(),
  targetDigest: digestColumn('target_digest').notNull(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  position: integer('position').notNull(),
  associatedAt: instantColumn('associated_at').notNull().default(sql`clock_timestamp()`),
})
