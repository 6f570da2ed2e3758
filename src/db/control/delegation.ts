import { sql } from 'drizzle-orm'
import { pgTable, uuid } from 'drizzle-orm/pg-core'
import type { DelegationId, PersonId, TextId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

/** That one person stands in for another for a period. Never deleted: ended early, it has `revokedAt`. */
export const delegation = pgTable('delegation', {
  organization: organizationColumn(),
  id: uuid('id').$type<DelegationId>().notNull(),
  delegator: uuid('delegator').$type<PersonId>().notNull(),
  standIn: uuid('stand_in').$type<PersonId>().notNull(),
  startsAt: instantColumn('starts_at').notNull(),
  endsAt: instantColumn('ends_at').notNull(),
  reasonText: uuid('reason_text').$type<TextId>().notNull(),
  createdAt: instantColumn('created_at').notNull().default(sql`clock_timestamp()`),
  revokedAt: instantColumn('revoked_at'),
})
