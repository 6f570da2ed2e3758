import { boolean, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { PersonId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

export const person = pgTable('person', {
  organization: organizationColumn(),
  id: uuid('id').$type<PersonId>().notNull(),
  kind: text('kind').$type<'human'>().notNull().default('human'),
  name: text('name').notNull(),
  email: text('email'),
  active: boolean('active').notNull().default(true),
  createdAt: instantColumn('created_at').notNull().defaultNow(),
})
