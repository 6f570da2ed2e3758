import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, CommandId, PromotionId } from '../../domain/identifiers.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

export type ActPurpose = 'create-asset' | 'write-version' | 'supply-secret' | 'restore' | 'erase' | 'activate'

/** `act` is the command's id; for an activation, the promotion's. */
export const performedAct = pgTable('performed_act', {
  organization: organizationColumn(),
  act: uuid('act').$type<CommandId | PromotionId>().notNull(),
  purpose: text('purpose').$type<ActPurpose>().notNull(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  version: integer('version').notNull(),
  entry: uuid('entry').notNull(),
  performedAt: instantColumn('performed_at').notNull().defaultNow(),
})
