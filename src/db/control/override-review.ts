import { sql } from 'drizzle-orm'
import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { DecisionId, PersonId, PromotionId } from '../../domain/identifiers.ts'
import type { ReviewPhase } from '../../domain/review/review.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

/** That somebody stood in for the quorum and has to be reviewed. Its id is that of their decision. */
export const overrideReview = pgTable('override_review', {
  organization: organizationColumn(),
  id: uuid('id').$type<DecisionId>().notNull(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  /** Who stood in. */
  person: uuid('person').$type<PersonId>().notNull(),
  contributors: uuid('contributors').array().$type<readonly PersonId[]>().notNull(),
  verdict: text('verdict').$type<'override'>().notNull().default('override'),
  breakGlassGroup: text('break_glass_group').notNull(),
  reviewWithin: text('review_within').notNull(),
  state: text('state').$type<ReviewPhase>().notNull().default('pending'),
  openedAt: instantColumn('opened_at').notNull().default(sql`clock_timestamp()`),
  dueAt: instantColumn('due_at').notNull().default(sql`clock_timestamp()`),
})
