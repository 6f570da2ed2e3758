import { sql } from 'drizzle-orm'
import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { StreamKind } from '../../domain/stream.ts'
import { instantColumn, organizationColumn } from '../columns.ts'
import type { StreamId } from './stream.ts'

export type AnswerOutcome = 'accepted' | 'refused'

/** The one answer to a command, or to a step of the workflow's own. */
export const answer = pgTable('answer', {
  organization: organizationColumn(),
  streamKind: text('stream_kind').$type<StreamKind>().notNull(),
  stream: uuid('stream').$type<StreamId>().notNull(),
  command: text('command').notNull(),
  outcome: text('outcome').$type<AnswerOutcome>().notNull(),
  code: text('code').notNull(),
  detail: text('detail').notNull(),
  answeredAt: instantColumn('answered_at').notNull().default(sql`clock_timestamp()`),
})
