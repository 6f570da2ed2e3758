import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { PromotionId } from '../../domain/identifiers.ts'
import type { PlanStep } from '../../domain/plan/plan.ts'
import { organizationColumn } from '../columns.ts'

export const promotionStep = pgTable('promotion_step', {
  organization: organizationColumn(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  position: integer('position').notNull(),
  name: text('name').notNull(),
  kind: text('kind').$type<PlanStep['kind']>().notNull(),
  required: integer('required').notNull(),
  groups: text('groups').array().$type<readonly string[]>().notNull(),
})
