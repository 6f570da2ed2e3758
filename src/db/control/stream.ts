import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { CommandId, PromotionId } from '../../domain/identifiers.ts'
import type { StreamKind } from '../../domain/stream.ts'
import { organizationColumn } from '../columns.ts'

/** A promotion's and its rollout's streams carry the promotion's id, an act in production that of its command. */
export type StreamId = PromotionId | CommandId

/** A numbered story; `seq` is the number of its newest event. */
export const stream = pgTable('stream', {
  organization: organizationColumn(),
  kind: text('kind').$type<StreamKind>().notNull(),
  id: uuid('id').$type<StreamId>().notNull(),
  seq: integer('seq').notNull().default(0),
})
