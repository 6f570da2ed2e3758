import { sql } from 'drizzle-orm'
import { integer, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { CommandId, PersonId, PromotionId, TextId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

/** A line of a signed checklist, from 1, that a person looked at. */
export const rolloutConfirmation = pgTable('rollout_confirmation', {
  organization: organizationColumn(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  line: integer('line').notNull(),
  person: uuid('person').$type<PersonId>().notNull(),
  command: uuid('command').$type<CommandId>().notNull(),
  printedNameText: uuid('printed_name_text').$type<TextId>().notNull(),
  confirmedAt: instantColumn('confirmed_at').notNull().default(sql`clock_timestamp()`),
})
