import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, CommandId, PromotionId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

export type ActPurpose =
  | 'create-asset'
  | 'write-version'
  | 'supply-secret'
  | 'restore'
  | 'erase'
  | 'activate'
  | 'rollback'

/** `act` is the command's id; for an activation and its roll-back, the promotion's. */
export const performedAct = pgTable('performed_act', {
  organization: organizationColumn(),
  act: uuid('act').$type<CommandId | PromotionId>().notNull(),
  purpose: text('purpose').$type<ActPurpose>().notNull(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  /** Null where a roll-back leaves nothing in use. */
  version: integer('version'),
  entry: uuid('entry').notNull(),
  /** What an activation replaced; 0 where nothing was in use, null where that was not kept. */
  instead: integer('instead'),
  performedAt: instantColumn('performed_at').notNull().defaultNow(),
})
