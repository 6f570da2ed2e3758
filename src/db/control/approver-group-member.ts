import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { PersonId } from '../../domain/identifiers.ts'
import { organizationColumn } from '../columns.ts'

export const approverGroupMember = pgTable('approver_group_member', {
  organization: organizationColumn(),
  approverGroup: text('approver_group').notNull(),
  person: uuid('person').$type<PersonId>().notNull(),
})
