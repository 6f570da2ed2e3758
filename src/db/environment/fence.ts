import { bigint, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { AssetId } from '../../domain/identifiers.ts'
import { organizationColumn } from '../columns.ts'

/** The highest fence that any act on an asset came with. */
export const fence = pgTable('fence', {
  organization: organizationColumn(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  highest: bigint('highest', { mode: 'number' }).notNull(),
})
