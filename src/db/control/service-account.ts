import { boolean, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { PersonId, ServiceAccountId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

export const serviceAccount = pgTable('service_account', {
  organization: organizationColumn(),
  id: uuid('id').$type<ServiceAccountId>().notNull(),
  kind: text('kind').$type<'service'>().notNull().default('service'),
  name: text('name').notNull(),
  owner: uuid('owner').$type<PersonId>().notNull(),
  active: boolean('active').notNull().default(true),
  createdAt: instantColumn('created_at').notNull().defaultNow(),
})
