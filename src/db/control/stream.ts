import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { CommandId, DecisionId, PromotionId } from '../../domain/identifiers.ts'
import type { StreamKind } from '../../domain/stream.ts'
import { organizationColumn } from '../columns.ts'

/**
 * A promotion's and its rollout's streams carry the promotion's id, a review that of the override, an act in production that
 * of its command.
 */
export type StreamId = PromotionId | DecisionId | CommandId

/** A numbered story; `seq` is the number of its newest event. */
export const stream = pgTable('stream', {
  organization: organizationColumn(),
  kind: text('kind').$type<StreamKind>().notNull(),
  id: uuid('id').$type<StreamId>().notNull(),
  seq: integer('seq').notNull().default(0),
})
