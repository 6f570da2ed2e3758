import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

export type EnvironmentKind = 'development' | 'staging' | 'production'

export const environment = pgTable('environment', {
  organization: organizationColumn(),
  id: uuid('id').$type<EnvironmentId>().notNull(),
  kind: text('kind').$type<EnvironmentKind>().notNull(),
  name: text('name').notNull(),
  /** The store it stands in, by name; the shared one goes by the kind. */
  store: text('store').notNull(),
  createdAt: instantColumn('created_at').notNull().defaultNow(),
})
