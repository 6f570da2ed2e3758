import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, EnvironmentId, PersonId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

/** `version` is the newest one; 0 stands for none. */
export const asset = pgTable('asset', {
  organization: organizationColumn(),
  id: uuid('id').$type<AssetId>().notNull(),
  environment: uuid('environment').$type<EnvironmentId>().notNull(),
  type: text('type').notNull(),
  name: text('name').notNull(),
  version: integer('version').notNull(),
  createdAt: instantColumn('created_at').notNull().defaultNow(),
  createdBy: uuid('created_by').$type<PersonId>().notNull(),
  updatedAt: instantColumn('updated_at').notNull().defaultNow(),
  updatedBy: uuid('updated_by').$type<PersonId>().notNull(),
  deletedAt: instantColumn('deleted_at'),
})
