import { bigint, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, EnvironmentId, PersonId, PromotionId } from '../../domain/identifiers.ts'
import { bytesColumn, digestColumn, instantColumn, organizationColumn } from '../columns.ts'

/** Every followed entry of every log, with what lists filter by. */
export const eventIndex = pgTable('event_index', {
  organization: organizationColumn(),
  origin: text('origin').notNull(),
  index: bigint('index', { mode: 'number' }).notNull(),
  id: uuid('id').notNull(),
  type: text('type').notNull(),
  subject: text('subject').notNull(),
  time: instantColumn('time').notNull(),
  leaf: bytesColumn('leaf').notNull(),
  leafHash: digestColumn('leaf_hash').notNull(),
  person: uuid('person').$type<PersonId>(),
  environment: uuid('environment').$type<EnvironmentId>(),
  asset: uuid('asset').$type<AssetId>(),
  promotion: uuid('promotion').$type<PromotionId>(),
  outcome: text('outcome').notNull(),
})
