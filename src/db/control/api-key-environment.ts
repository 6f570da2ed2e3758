import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { ApiKeyId, EnvironmentId } from '../../domain/identifiers.ts'
import { organizationColumn } from '../columns.ts'

export const apiKeyEnvironment = pgTable('api_key_environment', {
  organization: organizationColumn(),
  apiKey: uuid('api_key').$type<ApiKeyId>().notNull(),
  door: text('door').$type<'environment'>().notNull().default('environment'),
  environment: uuid('environment').$type<EnvironmentId>().notNull(),
})
