import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { ActorId } from '../../domain/identifiers.ts'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'

/** What a repeated call is answered from: a reference to what the first one made. */
export const idempotencyKey = pgTable('idempotency_key', {
  organization: organizationColumn(),
  actor: uuid('actor').$type<ActorId>().notNull(),
  operation: text('operation').notNull(),
  key: text('key').notNull(),
  fingerprint: digestColumn('fingerprint').notNull(),
  resource: uuid('resource').notNull(),
  version: integer('version').notNull().default(0),
  createdAt: instantColumn('created_at').notNull().defaultNow(),
})
