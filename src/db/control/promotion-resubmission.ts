import { sql } from 'drizzle-orm'
import { integer, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { CommandId, PersonId, PromotionId, TextId } from '../../domain/identifiers.ts'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'

/** A further revision of a promotion: who asked for it, and the document of what for. */
export const promotionResubmission = pgTable('promotion_resubmission', {
  organization: organizationColumn(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  person: uuid('person').$type<PersonId>().notNull(),
  command: uuid('command').$type<CommandId>().notNull(),
  request: digestColumn('request').notNull(),
  reasonText: uuid('reason_text').$type<TextId>().notNull(),
  resubmittedAt: instantColumn('resubmitted_at').notNull().default(sql`clock_timestamp()`),
})
