import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { EnvironmentId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

export type EnvironmentKind = 'development' | 'staging' | 'production'

export const environment = pgTable('environment', {
  organization: organizationColumn(),
  id: uuid('id').$type<EnvironmentId>().notNull(),
  kind: text('kind').$type<EnvironmentKind>().notNull(),
  name: text('name').notNull(),
  createdAt: instantColumn('created_at').notNull().defaultNow(),
})
