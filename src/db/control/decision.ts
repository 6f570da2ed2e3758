import { sql } from 'drizzle-orm'
import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { CommandId, DecisionId, PersonId, PromotionId, TextId } from '../../domain/identifiers.ts'
import type { Authentication } from '../../domain/sign-in/authentication.ts'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'

export type Verdict = 'approve' | 'reject' | 'request-changes' | 'override'

/** One person's signed verdict on one plan. */
export const decision = pgTable('decision', {
  organization: organizationColumn(),
  id: uuid('id').$type<DecisionId>().notNull(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  planDigest: digestColumn('plan_digest').notNull(),
  contributors: uuid('contributors').array().$type<readonly PersonId[]>().notNull(),
  person: uuid('person').$type<PersonId>().notNull(),
  step: integer('step').notNull(),
  verdict: text('verdict').$type<Verdict>().notNull(),
  meaning: text('meaning').notNull(),
  printedNameText: uuid('printed_name_text').$type<TextId>().notNull(),
  commentText: uuid('comment_text').$type<TextId>().notNull(),
  signedAt: instantColumn('signed_at').notNull().default(sql`clock_timestamp()`),
  withdrawnAt: instantColumn('withdrawn_at'),
  command: uuid('command').$type<CommandId>().notNull(),
  /** As the command has it; null for what was decided before it was kept. */
  authentication: text('authentication').$type<Authentication['method']>(),
  authenticatedAt: instantColumn('authenticated_at'),
  acr: text('acr'),
})
