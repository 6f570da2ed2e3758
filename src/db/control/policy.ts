import { sql } from 'drizzle-orm'
import { integer, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { EnvironmentId, PersonId } from '../../domain/identifiers.ts'
import { bytesColumn, digestColumn, instantColumn, organizationColumn } from '../columns.ts'

/** A version of the rules for promoting into an environment; `document` is canonical JSON. */
export const policy = pgTable('policy', {
  organization: organizationColumn(),
  environment: uuid('environment').$type<EnvironmentId>().notNull(),
  version: integer('version').notNull(),
  document: bytesColumn('document').notNull(),
  digest: digestColumn('digest').notNull().generatedAlwaysAs(sql`sha256(document)`),
  proposedBy: uuid('proposed_by').$type<PersonId>().notNull(),
  confirmedBy: uuid('confirmed_by').$type<PersonId>(),
  createdAt: instantColumn('created_at').notNull().defaultNow(),
})
