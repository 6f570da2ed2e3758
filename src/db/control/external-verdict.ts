import { sql } from 'drizzle-orm'
import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { CommandId, PromotionId } from '../../domain/identifiers.ts'
import type { ExternalVerdict } from '../../domain/promotion/external-verdict.ts'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'

/** The one verdict of another system on a step of a plan, verified by the key that the plan names for it. */
export const externalVerdict = pgTable('external_verdict', {
  organization: organizationColumn(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  step: integer('step').notNull(),
  kind: text('kind').$type<'external'>().notNull().default('external'),
  publicKey: text('public_key').notNull(),
  planDigest: digestColumn('plan_digest').notNull(),
  verdict: text('verdict').$type<ExternalVerdict>().notNull(),
  envelope: digestColumn('envelope').notNull(),
  command: uuid('command').$type<CommandId>().notNull(),
  recordedAt: instantColumn('recorded_at').notNull().default(sql`clock_timestamp()`),
})
