import { pgTable, text } from 'drizzle-orm/pg-core'
import { roleNameColumn } from '../columns.ts'

/** Which login may append which type of entry. */
export const logRight = pgTable('log_right', {
  role: roleNameColumn('role').notNull(),
  type: text('type').notNull(),
})
