import { pgView, text, uuid } from 'drizzle-orm/pg-core'
import type { CommandId } from '../../domain/identifiers.ts'
import { organizationColumn } from '../columns.ts'

/** Sealed values of the acts outside a promotion that production's worker may perform. */
export const authorizedSecret = pgView('authorized_secret', {
  organization: organizationColumn(),
  productionCommand: uuid('production_command').$type<CommandId>().notNull(),
  pointer: text('pointer').notNull(),
  kid: text('kid').notNull(),
  sealed: text('sealed').notNull(),
}).existing()
