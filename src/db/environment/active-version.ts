import { integer, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, PersonId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

/** The version in use. */
export const activeVersion = pgTable('active_version', {
  organization: organizationColumn(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  version: integer('version').notNull(),
  activatedAt: instantColumn('activated_at').notNull().defaultNow(),
  activatedBy: uuid('activated_by').$type<PersonId>().notNull(),
})
