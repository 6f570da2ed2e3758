import { pgView, uuid } from 'drizzle-orm/pg-core'
import type { CommandId, PersonId } from '../../domain/identifiers.ts'
import { organizationColumn } from '../columns.ts'

/** The two people behind an erasure that production's worker may perform. */
export const authorizedErasure = pgView('authorized_erasure', {
  organization: organizationColumn(),
  productionCommand: uuid('production_command').$type<CommandId>().notNull(),
  proposedBy: uuid('proposed_by').$type<PersonId>().notNull(),
  confirmedBy: uuid('confirmed_by').$type<PersonId>().notNull(),
}).existing()
