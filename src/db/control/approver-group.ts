import { pgTable, text } from 'drizzle-orm/pg-core'
import { organizationColumn } from '../columns.ts'

export const approverGroup = pgTable('approver_group', {
  organization: organizationColumn(),
  name: text('name').notNull(),
})
