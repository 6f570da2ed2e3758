import { pgTable, uuid } from 'drizzle-orm/pg-core'
import type { PersonId } from '../../domain/identifiers.ts'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'

export const signInToken = pgTable('sign_in_token', {
  organization: organizationColumn(),
  id: uuid('id').notNull(),
  person: uuid('person').$type<PersonId>().notNull(),
  issuedBy: uuid('issued_by').$type<PersonId>().notNull(),
  secretDigest: digestColumn('secret_digest').notNull(),
  expiresAt: instantColumn('expires_at').notNull(),
})
