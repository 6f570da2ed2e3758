import { bigint, pgTable } from 'drizzle-orm/pg-core'
import {
  bytesArrayColumn,
  digestColumn,
  instantColumn,
  organizationColumn,
  transactionColumn,
} from '../columns.ts'

/** How far an organization's log has grown. `append` alone writes it. */
export const logHead = pgTable('log_head', {
  organization: organizationColumn(),
  size: bigint('size', { mode: 'number' }).notNull(),
  root: digestColumn('root').notNull(),
  frontier: bytesArrayColumn('frontier').notNull(),
  time: instantColumn('time').notNull(),
  transaction: transactionColumn('transaction').notNull(),
})
