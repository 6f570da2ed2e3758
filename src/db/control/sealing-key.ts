import { sql } from 'drizzle-orm'
import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

/** The public half of a key pair of an environment, as a JWK. The newest one is in use. */
export const sealingKey = pgTable('sealing_key', {
  organization: organizationColumn(),
  environment: uuid('environment').$type<EnvironmentId>().notNull(),
  kid: text('kid').notNull(),
  publicKey: text('public_key').notNull(),
  publishedAt: instantColumn('published_at').notNull().default(sql`clock_timestamp()`),
})
