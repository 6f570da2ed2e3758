import { sql } from 'drizzle-orm'
import { pgTable } from 'drizzle-orm/pg-core'
import { bytesColumn, digestColumn, instantColumn, organizationColumn } from '../columns.ts'

/** A signed verdict as it was delivered, whether or not it came to count: evidence, by its digest. */
export const verdictEnvelope = pgTable('verdict_envelope', {
  organization: organizationColumn(),
  digest: digestColumn('digest').notNull(),
  envelope: bytesColumn('envelope').notNull(),
  storedAt: instantColumn('stored_at').notNull().default(sql`clock_timestamp()`),
})
