import { sql } from 'drizzle-orm'
import { bigint, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { PromotionId } from '../../domain/identifiers.ts'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'

/** What landed for one item, with the landing's place in the log of production's store. */
export const receipt = pgTable('receipt', {
  organization: organizationColumn(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  position: integer('position').notNull(),
  landedDigest: digestColumn('landed_digest').notNull(),
  landedVersion: integer('landed_version').notNull(),
  landingOrigin: text('landing_origin').notNull(),
  landingIndex: bigint('landing_index', { mode: 'number' }).notNull(),
  landingLeafHash: digestColumn('landing_leaf_hash').notNull(),
  receivedAt: instantColumn('received_at').notNull().default(sql`clock_timestamp()`),
})
