import { sql } from 'drizzle-orm'
import { integer, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, PersonId } from '../../domain/identifiers.ts'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'

/** A version whose bytes two people had erased. */
export const erasure = pgTable('erasure', {
  organization: organizationColumn(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  version: integer('version').notNull(),
  digest: digestColumn('digest').notNull(),
  proposedBy: uuid('proposed_by').$type<PersonId>().notNull(),
  confirmedBy: uuid('confirmed_by').$type<PersonId>().notNull(),
  entry: uuid('entry').notNull(),
  erasedAt: instantColumn('erased_at').notNull().default(sql`clock_timestamp()`),
})
