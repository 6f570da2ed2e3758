import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { ApiKeyId, EnvironmentId, OrganizationId, PersonId } from '../../domain/identifiers.ts'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'
import type { ApiKeyDoor } from './api-key.ts'

/** Which key an access token became at a door. */
export const exchangedToken = pgTable('exchanged_token', {
  organization: organizationColumn(),
  person: uuid('person').$type<PersonId>().notNull(),
  tokenDigest: digestColumn('token_digest').notNull(),
  opens: uuid('opens').$type<EnvironmentId | OrganizationId>().notNull(),
  door: text('door').$type<ApiKeyDoor>().notNull(),
  apiKey: uuid('api_key').$type<ApiKeyId>().notNull(),
  origin: text('origin').$type<'identity-provider'>().notNull().default('identity-provider'),
  authenticatedAt: instantColumn('authenticated_at'),
  acr: text('acr'),
  amr: text('amr').array().$type<readonly string[]>(),
})
