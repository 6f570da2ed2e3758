import { bigint, pgTable, text } from 'drizzle-orm/pg-core'
import { organizationColumn } from '../columns.ts'

/** How many entries of an origin's log the index holds. */
export const followedLog = pgTable('followed_log', {
  organization: organizationColumn(),
  origin: text('origin').notNull(),
  size: bigint('size', { mode: 'number' }).notNull(),
})
