import { sql } from 'drizzle-orm'
import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { PromotionId } from '../../domain/identifiers.ts'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'

export type AuthorizationKind = 'quorum' | 'override'

/** `entry` is the id of the log entry that tells of it. */
export const authorization = pgTable('authorization', {
  organization: organizationColumn(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  planDigest: digestColumn('plan_digest').notNull(),
  kind: text('kind').$type<AuthorizationKind>().notNull(),
  entry: uuid('entry').notNull(),
  authorizedAt: instantColumn('authorized_at').notNull().default(sql`clock_timestamp()`),
})
