import { sql } from 'drizzle-orm'
import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { PersonId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

/** How often the same refusal was repeated since it was last logged. */
export const denial = pgTable('denial', {
  organization: organizationColumn(),
  person: uuid('person').$type<PersonId>().notNull(),
  code: text('code').notNull(),
  subject: text('subject').notNull(),
  loggedAt: instantColumn('logged_at').notNull().default(sql`clock_timestamp()`),
  repeats: integer('repeats').notNull().default(0),
})
