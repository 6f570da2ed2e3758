import { pgTable } from 'drizzle-orm/pg-core'
import { bytesColumn, digestColumn, organizationColumn } from '../columns.ts'

/** Canonical bytes by their digest; `bytes` is null once they are erased. */
export const content = pgTable('content', {
  organization: organizationColumn(),
  digest: digestColumn('digest').notNull(),
  bytes: bytesColumn('bytes'),
})
