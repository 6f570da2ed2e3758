import { sql } from 'drizzle-orm'
import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { StreamKind } from '../../domain/stream.ts'
import { bytesColumn, instantColumn, organizationColumn } from '../columns.ts'
import type { StreamId } from './stream.ts'

/** `command` is the id of the command, or the name of the workflow's own step, that led to it. */
export const streamEvent = pgTable('stream_event', {
  organization: organizationColumn(),
  streamKind: text('stream_kind').$type<StreamKind>().notNull(),
  stream: uuid('stream').$type<StreamId>().notNull(),
  seq: integer('seq').notNull(),
  type: text('type').notNull(),
  data: bytesColumn('data').notNull(),
  command: text('command').notNull(),
  recordedAt: instantColumn('recorded_at').notNull().default(sql`clock_timestamp()`),
})
