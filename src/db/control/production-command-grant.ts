import { sql } from 'drizzle-orm'
import { bigint, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { CommandId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

/** `entry` is the id of the log entry that tells of it. */
export const productionCommandGrant = pgTable('production_command_grant', {
  organization: organizationColumn(),
  productionCommand: uuid('production_command').$type<CommandId>().notNull(),
  fence: bigint('fence', { mode: 'number' }).notNull(),
  entry: uuid('entry').notNull(),
  grantedAt: instantColumn('granted_at').notNull().default(sql`clock_timestamp()`),
})
