import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { ActorId } from '../../domain/identifiers.ts'
import { organizationColumn } from '../columns.ts'

export type ActorKind = 'human' | 'service'

/** Whoever acts: a person, or a service account that acts for one. */
export const actor = pgTable('actor', {
  organization: organizationColumn(),
  id: uuid('id').$type<ActorId>().notNull(),
  kind: text('kind').$type<ActorKind>().notNull(),
})
