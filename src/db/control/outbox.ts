import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { StreamKind } from '../../domain/stream.ts'
import { instantColumn, organizationColumn } from '../columns.ts'
import type { StreamId } from './stream.ts'

/** Streams whose workflow is to be started. */
export const outbox = pgTable('outbox', {
  organization: organizationColumn(),
  streamKind: text('stream_kind').$type<StreamKind>().notNull(),
  stream: uuid('stream').$type<StreamId>().notNull(),
  createdAt: instantColumn('created_at').notNull().defaultNow(),
  deliveredAt: instantColumn('delivered_at'),
})
