import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, PersonId, PromotionId } from '../../domain/identifiers.ts'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'

/** A pinned version as its source holds it, by its author; `editors` edited the asset since its last promotion. */
export const promotionSnapshot = pgTable('promotion_snapshot', {
  organization: organizationColumn(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  type: text('type').notNull(),
  version: integer('version').notNull(),
  digest: digestColumn('digest').notNull(),
  name: text('name').notNull(),
  editors: uuid('editors').array().$type<readonly PersonId[]>().notNull(),
  author: uuid('author').$type<PersonId>(),
  /** When the version was written. */
  writtenAt: instantColumn('written_at').notNull().defaultNow(),
})
