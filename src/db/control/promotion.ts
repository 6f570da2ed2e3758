import { boolean, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { CommandId, EnvironmentId, PersonId, PromotionId, TextId } from '../../domain/identifiers.ts'
import type { Risk } from '../../domain/policy/risk.ts'
import type { Hindrance } from '../../domain/promotion/commands.ts'
import type { PromotionPhase } from '../../domain/promotion/state.ts'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'

export const promotion = pgTable('promotion', {
  organization: organizationColumn(),
  id: uuid('id').$type<PromotionId>().notNull(),
  sourceEnvironment: uuid('source_environment').$type<EnvironmentId>().notNull(),
  sourceKind: text('source_kind').$type<'staging'>().notNull().default('staging'),
  destinationEnvironment: uuid('destination_environment').$type<EnvironmentId>().notNull(),
  destinationKind: text('destination_kind').$type<'production'>().notNull().default('production'),
  requester: uuid('requester').$type<PersonId>().notNull(),
  command: uuid('command').$type<CommandId>().notNull(),
  reasonText: uuid('reason_text').$type<TextId>().notNull(),
  request: digestColumn('request').notNull(),
  policyVersion: integer('policy_version').notNull(),
  state: text('state').$type<PromotionPhase>().notNull().default('requested'),
  revision: integer('revision').notNull().default(1),
  step: integer('step').notNull().default(0),
  planDigest: digestColumn('plan_digest'),
  expiresAt: instantColumn('expires_at'),
  failure: text('failure'),
  draft: boolean('draft').notNull().default(false),
  notBefore: instantColumn('not_before'),
  opensAt: instantColumn('opens_at'),
  hindrances: text('hindrances').array().$type<readonly Hindrance[]>().notNull().default([]),
  risk: text('risk').$type<Risk>(),
  escalatedTo: text('escalated_to'),
  createdAt: instantColumn('created_at').notNull().defaultNow(),
  updatedAt: instantColumn('updated_at').notNull().defaultNow(),
})
