import { sql } from 'drizzle-orm'
import { pgTable, text } from 'drizzle-orm/pg-core'
import { instantColumn, organizationColumn } from '../columns.ts'

/** The public half of the key pair by which checks outside know an organization. The newest one is in use. */
export const checkKey = pgTable('check_key', {
  organization: organizationColumn(),
  kid: text('kid').notNull(),
  publicKey: text('public_key').notNull(),
  publishedAt: instantColumn('published_at').notNull().default(sql`clock_timestamp()`),
})
