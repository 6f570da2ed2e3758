import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { ActorId, ApiKeyId, CommandId, PersonId } from '../../domain/identifiers.ts'
import type { Authentication } from '../../domain/sign-in/authentication.ts'
import type { StreamKind } from '../../domain/stream.ts'
import { bytesColumn, digestColumn, instantColumn, organizationColumn } from '../columns.ts'
import type { StreamId } from './stream.ts'

/** What a person asked for; `arguments` are canonical JSON. */
export const command = pgTable('command', {
  organization: organizationColumn(),
  id: uuid('id').$type<CommandId>().notNull(),
  streamKind: text('stream_kind').$type<StreamKind>().notNull(),
  stream: uuid('stream').$type<StreamId>().notNull(),
  kind: text('kind').notNull(),
  person: uuid('person').$type<PersonId>().notNull(),
  actor: uuid('actor').$type<ActorId>().notNull(),
  apiKey: uuid('api_key').$type<ApiKeyId>().notNull(),
  arguments: bytesColumn('arguments').notNull(),
  fingerprint: digestColumn('fingerprint').notNull(),
  /** Of who decides: how they proved who they are, which the database says by the key. */
  authentication: text('authentication').$type<Authentication['method']>(),
  authenticatedAt: instantColumn('authenticated_at'),
  acr: text('acr'),
  createdAt: instantColumn('created_at').notNull().defaultNow(),
})
