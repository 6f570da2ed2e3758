import { sql } from 'drizzle-orm'
import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { CommandId, DecisionId, PersonId, TextId } from '../../domain/identifiers.ts'
import type { ReviewOutcome } from '../../domain/review/review.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

/** What the one reviewer of an override found. Its text may be erased, the row stays. */
export const overrideReviewOutcome = pgTable('override_review_outcome', {
  organization: organizationColumn(),
  review: uuid('review').$type<DecisionId>().notNull(),
  overriddenBy: uuid('overridden_by').$type<PersonId>().notNull(),
  contributors: uuid('contributors').array().$type<readonly PersonId[]>().notNull(),
  person: uuid('person').$type<PersonId>().notNull(),
  outcome: text('outcome').$type<ReviewOutcome>().notNull(),
  commentText: uuid('comment_text').$type<TextId>().notNull(),
  command: uuid('command').$type<CommandId>().notNull(),
  reviewedAt: instantColumn('reviewed_at').notNull().default(sql`clock_timestamp()`),
})
