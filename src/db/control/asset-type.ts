import { sql } from 'drizzle-orm'
import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { PersonId } from '../../domain/identifiers.ts'
import { bytesColumn, digestColumn, instantColumn, organizationColumn } from '../columns.ts'

/** A version of an asset type that an organization made; `definition` is canonical JSON. */
export const assetType = pgTable('asset_type', {
  organization: organizationColumn(),
  name: text('name').notNull(),
  version: integer('version').notNull(),
  definition: bytesColumn('definition').notNull(),
  digest: digestColumn('digest').notNull().generatedAlwaysAs(sql`sha256(definition)`),
  createdBy: uuid('created_by').$type<PersonId>().notNull(),
  createdAt: instantColumn('created_at').notNull().defaultNow(),
})
