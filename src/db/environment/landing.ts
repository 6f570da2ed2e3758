import { bigint, integer, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, PromotionId } from '../../domain/identifiers.ts'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'

/** What landed for one item of a promotion. */
export const landing = pgTable('landing', {
  organization: organizationColumn(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  position: integer('position').notNull(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  version: integer('version').notNull(),
  digest: digestColumn('digest').notNull(),
  fence: bigint('fence', { mode: 'number' }).notNull(),
  entry: uuid('entry').notNull(),
  landedAt: instantColumn('landed_at').notNull().defaultNow(),
})
