import { sql } from 'drizzle-orm'
import { integer, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { EnvironmentId, PersonId } from '../../domain/identifiers.ts'
import { bytesColumn, digestColumn, instantColumn, organizationColumn } from '../columns.ts'

/** What one person wants to be the next version of a policy, until a second one confirms it; `number` counts them. */
export const policyProposal = pgTable('policy_proposal', {
  organization: organizationColumn(),
  environment: uuid('environment').$type<EnvironmentId>().notNull(),
  version: integer('version').notNull(),
  number: integer('number').notNull(),
  document: bytesColumn('document').notNull(),
  digest: digestColumn('digest').notNull().generatedAlwaysAs(sql`sha256(document)`),
  proposedBy: uuid('proposed_by').$type<PersonId>().notNull(),
  proposedAt: instantColumn('proposed_at').notNull().default(sql`clock_timestamp()`),
})
