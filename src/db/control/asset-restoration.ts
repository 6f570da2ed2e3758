import { sql } from 'drizzle-orm'
import { bigint, integer, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, CommandId, PromotionId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

/**
 * Production assets that run another version than the one that `promotion` landed, or none: since `command` restored it, or
 * the rollout `rolledBack` went back.
 */
export const assetRestoration = pgTable('asset_restoration', {
  organization: organizationColumn(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  version: integer('version'),
  command: uuid('command').$type<CommandId>(),
  rolledBack: uuid('rolled_back').$type<PromotionId>(),
  fence: bigint('fence', { mode: 'number' }).notNull(),
  restoredAt: instantColumn('restored_at').notNull().default(sql`clock_timestamp()`),
})
