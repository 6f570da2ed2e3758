import { sql } from 'drizzle-orm'
import { pgTable, uuid } from 'drizzle-orm/pg-core'
import type { ActorId, CommentId, PersonId, PromotionId, TextId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

/** What somebody said about a promotion. Its text may be erased, the row stays. */
export const promotionComment = pgTable('promotion_comment', {
  organization: organizationColumn(),
  id: uuid('id').$type<CommentId>().notNull(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  person: uuid('person').$type<PersonId>().notNull(),
  /** Who wrote it: the person, or a service account of theirs. */
  actor: uuid('actor').$type<ActorId>().notNull(),
  commentText: uuid('comment_text').$type<TextId>().notNull(),
  createdAt: instantColumn('created_at').notNull().default(sql`clock_timestamp()`),
})
