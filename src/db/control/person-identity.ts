import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { PersonId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

/** The identity by which a person is known to the identity provider. */
export const personIdentity = pgTable('person_identity', {
  organization: organizationColumn(),
  person: uuid('person').$type<PersonId>().notNull(),
  issuer: text('issuer').notNull(),
  subject: text('subject').notNull(),
  linkedAt: instantColumn('linked_at').notNull().defaultNow(),
})
