import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { TextId } from '../../domain/identifiers.ts'
import { bytesColumn, digestColumn, organizationColumn } from '../columns.ts'

/** Text that leaves only commit to; erasing blanks text and salt. */
export const erasableText = pgTable('erasable_text', {
  organization: organizationColumn(),
  id: uuid('id').$type<TextId>().notNull(),
  text: text('text'),
  salt: bytesColumn('salt'),
  commitment: digestColumn('commitment').notNull(),
})
