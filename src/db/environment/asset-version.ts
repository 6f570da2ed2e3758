import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, PersonId, PromotionId } from '../../domain/identifiers.ts'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'

/** `promotion` tells which one landed it; versions written by hand have none. */
export const assetVersion = pgTable('asset_version', {
  organization: organizationColumn(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  version: integer('version').notNull(),
  digest: digestColumn('digest').notNull(),
  name: text('name').notNull(),
  author: uuid('author').$type<PersonId>().notNull(),
  promotion: uuid('promotion').$type<PromotionId>(),
  entry: uuid('entry').notNull(),
  createdAt: instantColumn('created_at').notNull().defaultNow(),
})
