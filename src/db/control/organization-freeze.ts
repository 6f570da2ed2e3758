import { sql } from 'drizzle-orm'
import { pgTable, uuid } from 'drizzle-orm/pg-core'
import type { FreezeId, PersonId, TextId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

/** The switch that stops every promotion of the organization: one row for each time, and one in force at most. */
export const organizationFreeze = pgTable('organization_freeze', {
  organization: organizationColumn(),
  id: uuid('id').$type<FreezeId>().notNull(),
  reasonText: uuid('reason_text').$type<TextId>().notNull(),
  createdBy: uuid('created_by').$type<PersonId>().notNull(),
  createdAt: instantColumn('created_at').notNull().default(sql`clock_timestamp()`),
  liftedBy: uuid('lifted_by').$type<PersonId>(),
  liftedAt: instantColumn('lifted_at'),
})
