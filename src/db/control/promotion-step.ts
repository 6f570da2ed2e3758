import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { PersonId, PromotionId } from '../../domain/identifiers.ts'
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
  people: uuid('people').array().$type<readonly PersonId[]>().notNull().default([]),
  atLeastOneOf: text('at_least_one_of').array().$type<readonly string[]>().notNull().default([]),
  /** Empty where people sign. */
  publicKey: text('public_key').notNull().default(''),
})
