import { integer, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { PromotionId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

/** The landings of a revision, taken back. */
export const discard = pgTable('discard', {
  organization: organizationColumn(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  entry: uuid('entry').notNull(),
  discardedAt: instantColumn('discarded_at').notNull().defaultNow(),
})
