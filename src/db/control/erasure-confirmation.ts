import { sql } from 'drizzle-orm'
import { integer, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, PersonId, TextId } from '../../domain/identifiers.ts'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'

/** That a second person wants what the first one proposed. */
export const erasureConfirmation = pgTable('erasure_confirmation', {
  organization: organizationColumn(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  version: integer('version').notNull(),
  digest: digestColumn('digest').notNull(),
  proposedBy: uuid('proposed_by').$type<PersonId>().notNull(),
  confirmedBy: uuid('confirmed_by').$type<PersonId>().notNull(),
  reasonText: uuid('reason_text').$type<TextId>().notNull(),
  confirmedAt: instantColumn('confirmed_at').notNull().default(sql`clock_timestamp()`),
})
