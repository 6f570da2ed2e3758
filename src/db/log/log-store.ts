import { boolean, pgTable, text } from 'drizzle-orm/pg-core'

/** The name a database signs its logs under; one row. */
export const logStore = pgTable('log_store', {
  single: boolean('single').notNull().default(true),
  origin: text('origin').notNull(),
})
