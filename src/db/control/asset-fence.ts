import { bigint, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { AssetId } from '../../domain/identifiers.ts'
import { organizationColumn } from '../columns.ts'

export const assetFence = pgTable('asset_fence', {
  organization: organizationColumn(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  fence: bigint('fence', { mode: 'number' }).notNull(),
})
