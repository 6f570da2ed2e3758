import { sql } from 'drizzle-orm'
import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { EnvironmentId, FreezeId, PersonId, TextId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

/** A freeze of one environment: once, by `startsAt`, or again and again, by `recurrence`, `zone` and `duration`. */
export const environmentFreeze = pgTable('environment_freeze', {
  organization: organizationColumn(),
  id: uuid('id').$type<FreezeId>().notNull(),
  environment: uuid('environment').$type<EnvironmentId>().notNull(),
  name: text('name'),
  reasonText: uuid('reason_text').$type<TextId>().notNull(),
  startsAt: instantColumn('starts_at'),
  endsAt: instantColumn('ends_at'),
  recurrence: text('recurrence'),
  zone: text('zone'),
  duration: text('duration'),
  createdBy: uuid('created_by').$type<PersonId>().notNull(),
  createdAt: instantColumn('created_at').notNull().default(sql`clock_timestamp()`),
  liftedBy: uuid('lifted_by').$type<PersonId>(),
  liftedAt: instantColumn('lifted_at'),
})
