import { bigint, pgTable, smallint } from 'drizzle-orm/pg-core'
import { digestColumn, organizationColumn } from '../columns.ts'

/** Roots of complete subtrees (RFC 6962 §2.1) from level 1 up. */
export const logNode = pgTable('log_node', {
  organization: organizationColumn(),
  level: smallint('level').notNull(),
  index: bigint('index', { mode: 'number' }).notNull(),
  hash: digestColumn('hash').notNull(),
})
