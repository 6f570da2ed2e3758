import { pgTable, text } from 'drizzle-orm/pg-core'
import { instantColumn, organizationColumn } from '../columns.ts'

export const organization = pgTable('organization', {
  organization: organizationColumn(),
  name: text('name').notNull(),
  createdAt: instantColumn('created_at').notNull().defaultNow(),
})
