import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, PromotionId } from '../../domain/identifiers.ts'
import type { ItemAction } from '../../domain/plan/plan.ts'
import { digestColumn, organizationColumn } from '../columns.ts'

/** `baselineVersion` is 0 and `baselineDigest` null where production does not hold the asset yet. */
export const promotionItem = pgTable('promotion_item', {
  organization: organizationColumn(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  position: integer('position').notNull(),
  type: text('type').notNull(),
  name: text('name').notNull(),
  action: text('action').$type<ItemAction>().notNull(),
  sourceAsset: uuid('source_asset').$type<AssetId>().notNull(),
  sourceVersion: integer('source_version').notNull(),
  sourceDigest: digestColumn('source_digest').notNull(),
  targetAsset: uuid('target_asset').$type<AssetId>().notNull(),
  baselineVersion: integer('baseline_version').notNull(),
  baselineDigest: digestColumn('baseline_digest'),
  renderedDigest: digestColumn('rendered_digest').notNull(),
})
