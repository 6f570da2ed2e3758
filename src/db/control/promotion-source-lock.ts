import { pgTable, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, EnvironmentId, PromotionId } from '../../domain/identifiers.ts'
import { organizationColumn } from '../columns.ts'

export const promotionSourceLock = pgTable('promotion_source_lock', {
  organization: organizationColumn(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  destinationEnvironment: uuid('destination_environment').$type<EnvironmentId>().notNull(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
})
