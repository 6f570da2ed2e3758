import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { ActorId, ApiKeyId } from '../../domain/identifiers.ts'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'

/** What a key opens: the organization, or the one environment that `api_key_environment` names. */
export type ApiKeyDoor = 'organization' | 'environment'

/** Whether somebody made it, or a token of the identity provider became it. */
export type ApiKeyOrigin = 'made' | 'identity-provider'

export const apiKey = pgTable('api_key', {
  organization: organizationColumn(),
  id: uuid('id').$type<ApiKeyId>().notNull(),
  actor: uuid('actor').$type<ActorId>().notNull(),
  door: text('door').$type<ApiKeyDoor>().notNull(),
  name: text('name').notNull(),
  scopes: text('scopes').array().$type<readonly string[]>(),
  /** Null where it came of a token: such a key has no secret of ours. */
  secretDigest: digestColumn('secret_digest'),
  createdAt: instantColumn('created_at').notNull().defaultNow(),
  expiresAt: instantColumn('expires_at'),
  revokedAt: instantColumn('revoked_at'),
  origin: text('origin').$type<ApiKeyOrigin>().notNull().default('made'),
})
