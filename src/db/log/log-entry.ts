import { bigint, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { bytesColumn, digestColumn, instantColumn, organizationColumn } from '../columns.ts'

/** One leaf of an organization's log: a CloudEvents envelope in canonical bytes. */
export const logEntry = pgTable('log_entry', {
  organization: organizationColumn(),
  index: bigint('index', { mode: 'number' }).notNull(),
  id: uuid('id').notNull(),
  type: text('type').notNull(),
  subject: text('subject').notNull(),
  time: instantColumn('time').notNull(),
  leaf: bytesColumn('leaf').notNull(),
  leafHash: digestColumn('leaf_hash').notNull(),
})
