import { bigint, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, PromotionId } from '../../domain/identifiers.ts'
import { organizationColumn } from '../columns.ts'
import type { GrantPurpose } from './production-grant.ts'

export const productionGrantFence = pgTable('production_grant_fence', {
  organization: organizationColumn(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  purpose: text('purpose').$type<GrantPurpose>().notNull(),
  attempt: integer('attempt').notNull().default(1),
  position: integer('position').notNull(),
  targetAsset: uuid('target_asset').$type<AssetId>().notNull(),
  fence: bigint('fence', { mode: 'number' }).notNull(),
})
