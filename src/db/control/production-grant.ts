import { sql } from 'drizzle-orm'
import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { CommandId, PromotionId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

export type GrantPurpose = 'land' | 'discard' | 'activate' | 'rollback'

/** What an activation rests on. */
export type GrantBasis = 'person' | 'plan'

/**
 * `entry` is the id of the log entry that tells of it. An activation or a roll-back names the command of the person who
 * asked for it, or an activation rests on the signed plan: the database sets `basis`, which was not kept of the oldest ones.
 */
export const productionGrant = pgTable('production_grant', {
  organization: organizationColumn(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  purpose: text('purpose').$type<GrantPurpose>().notNull(),
  /** From 1; what production refused to roll back may be asked for again. */
  attempt: integer('attempt').notNull().default(1),
  entry: uuid('entry').notNull(),
  command: uuid('command').$type<CommandId>(),
  basis: text('basis').$type<GrantBasis>(),
  grantedAt: instantColumn('granted_at').notNull().default(sql`clock_timestamp()`),
})
