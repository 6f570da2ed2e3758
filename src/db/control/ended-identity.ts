import { sql } from 'drizzle-orm'
import { pgTable, text } from 'drizzle-orm/pg-core'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'

/** When a link to an identity ended. The database writes it with the link's removal. */
export const endedIdentity = pgTable('ended_identity', {
  organization: organizationColumn(),
  issuer: text('issuer').notNull(),
  subjectDigest: digestColumn('subject_digest').notNull(),
  endedAt: instantColumn('ended_at').notNull().default(sql`clock_timestamp()`),
})
