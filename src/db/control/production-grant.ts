import { sql } from 'drizzle-orm'
import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { PromotionId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

export type GrantPurpose = 'land' | 'discard' | 'activate'

/** `entry` is the id of the log entry that tells of it. */
export const productionGrant = pgTable('production_grant', {
  organization: organizationColumn(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  purpose: text('purpose').$type<GrantPurpose>().notNull(),
  entry: uuid('entry').notNull(),
  grantedAt: instantColumn('granted_at').notNull().default(sql`clock_timestamp()`),
})
