import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { ActorId, EnvironmentId } from '../../domain/identifiers.ts'
import { organizationColumn } from '../columns.ts'

export type EnvironmentRole = 'engineer' | 'support' | 'viewer'

export const environmentMember = pgTable('environment_member', {
  organization: organizationColumn(),
  environment: uuid('environment').$type<EnvironmentId>().notNull(),
  actor: uuid('actor').$type<ActorId>().notNull(),
  role: text('role').$type<EnvironmentRole>().notNull(),
})
