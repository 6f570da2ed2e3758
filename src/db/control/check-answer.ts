import { sql } from 'drizzle-orm'
import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { PromotionId } from '../../domain/identifiers.ts'
import { bytesColumn, instantColumn, organizationColumn } from '../columns.ts'

/** What came of asking a check of a policy's rule about a revision: once, and before the plan. */
export const checkAnswer = pgTable('check_answer', {
  organization: organizationColumn(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  /** Of the rule in its policy, from 1. */
  rule: integer('rule').notNull(),
  name: text('name').notNull(),
  outcome: bytesColumn('outcome').notNull(),
  answeredAt: instantColumn('answered_at').notNull().default(sql`clock_timestamp()`),
})
