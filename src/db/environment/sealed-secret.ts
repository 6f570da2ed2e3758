import { sql } from 'drizzle-orm'
import { bigint, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, PersonId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

/** The value of a secret field, encrypted to its environment. `fence` is that of the act in production; 0 elsewhere. */
export const sealedSecret = pgTable('sealed_secret', {
  organization: organizationColumn(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  pointer: text('pointer').notNull(),
  kid: text('kid').notNull(),
  sealed: text('sealed').notNull(),
  fence: bigint('fence', { mode: 'number' }).notNull().default(0),
  suppliedBy: uuid('supplied_by').$type<PersonId>().notNull(),
  suppliedAt: instantColumn('supplied_at').notNull().default(sql`clock_timestamp()`),
  entry: uuid('entry').notNull(),
})
