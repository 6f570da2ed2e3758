import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { CommandId, PromotionId } from '../../domain/identifiers.ts'
import type { RolloutPhase } from '../../domain/rollout/rollout.ts'
import { instantColumn, organizationColumn } from '../columns.ts'

export const rollout = pgTable('rollout', {
  organization: organizationColumn(),
  id: uuid('id').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  state: text('state').$type<RolloutPhase>().notNull().default('pending_activation'),
  failure: text('failure'),
  soakUntil: instantColumn('soak_until'),
  /** The command of the person who said that it is live. */
  completion: uuid('completion').$type<CommandId>(),
  createdAt: instantColumn('created_at').notNull().defaultNow(),
  updatedAt: instantColumn('updated_at').notNull().defaultNow(),
})
