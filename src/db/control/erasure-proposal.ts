import { sql } from 'drizzle-orm'
import { integer, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, EnvironmentId, PersonId, TextId } from '../../domain/identifiers.ts'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'

/** That one person wants a version's bytes erased. */
export const erasureProposal = pgTable('erasure_proposal', {
  organization: organizationColumn(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  version: integer('version').notNull(),
  environment: uuid('environment').$type<EnvironmentId>().notNull(),
  digest: digestColumn('digest').notNull(),
  proposedBy: uuid('proposed_by').$type<PersonId>().notNull(),
  reasonText: uuid('reason_text').$type<TextId>().notNull(),
  proposedAt: instantColumn('proposed_at').notNull().default(sql`clock_timestamp()`),
})
