import { pgTable, text } from 'drizzle-orm/pg-core'
import { roleNameColumn } from '../columns.ts'

/** Which login may follow the logs of which origin, and the name of the store that they are in. */
export const followRight = pgTable('follow_right', {
  role: roleNameColumn('role').notNull(),
  origin: text('origin').notNull(),
  store: text('store').notNull(),
})
