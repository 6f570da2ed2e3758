import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { CommandId } from '../../domain/identifiers.ts'
import { organizationColumn } from '../columns.ts'

/** Sealed values of an act in production; they are here until it has been carried out. */
export const productionCommandSecret = pgTable('production_command_secret', {
  organization: organizationColumn(),
  productionCommand: uuid('production_command').$type<CommandId>().notNull(),
  pointer: text('pointer').notNull(),
  kid: text('kid').notNull(),
  sealed: text('sealed').notNull(),
})
