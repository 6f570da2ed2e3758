import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, PromotionId } from '../../domain/identifiers.ts'
import { digestColumn, organizationColumn } from '../columns.ts'

/** An exact version that a revision is about. */
export const promotionPin = pgTable('promotion_pin', {
  organization: organizationColumn(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  position: integer('position').notNull(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  type: text('type').notNull(),
  version: integer('version').notNull(),
  digest: digestColumn('digest').notNull(),
})
