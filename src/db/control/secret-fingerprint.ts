import { sql } from 'drizzle-orm'
import { pgTable, uuid } from 'drizzle-orm/pg-core'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'

/** That an environment was once given a secret: an HMAC of it, under a key that no database holds. */
export const secretFingerprint = pgTable('secret_fingerprint', {
  organization: organizationColumn(),
  fingerprint: digestColumn('fingerprint').notNull(),
  environment: uuid('environment').$type<EnvironmentId>().notNull(),
  recordedAt: instantColumn('recorded_at').notNull().default(sql`clock_timestamp()`),
})
