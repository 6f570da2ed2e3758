import { boolean, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { PersonId } from '../../domain/identifiers.ts'
import { organizationColumn } from '../columns.ts'

export type OrganizationRole = 'owner' | 'admin' | 'member'

export const organizationMember = pgTable('organization_member', {
  organization: organizationColumn(),
  person: uuid('person').$type<PersonId>().notNull(),
  role: text('role').$type<OrganizationRole>().notNull(),
  auditor: boolean('auditor').notNull().default(false),
})
