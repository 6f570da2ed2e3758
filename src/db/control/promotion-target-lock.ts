import { pgTable, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, PromotionId } from '../../domain/identifiers.ts'
import { organizationColumn } from '../columns.ts'

export const promotionTargetLock = pgTable('promotion_target_lock', {
  organization: organizationColumn(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
})
