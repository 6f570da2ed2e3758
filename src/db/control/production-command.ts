import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, CommandId, EnvironmentId, PersonId } from '../../domain/identifiers.ts'
import type { ProductionCommandPhase } from '../../domain/production-command/production-command.ts'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'

export type ProductionCommandKind = 'create-asset' | 'write-version' | 'supply-secret' | 'restore' | 'erase'

/**
 * `expectedVersion` is the version the person saw; 0 stands for an asset that is to be created. What else an act names
 * depends on its kind: the content it writes, the version it restores, or the one it erases.
 */
export const productionCommand = pgTable('production_command', {
  organization: organizationColumn(),
  id: uuid('id').$type<CommandId>().notNull(),
  kind: text('kind').$type<ProductionCommandKind>().notNull(),
  environment: uuid('environment').$type<EnvironmentId>().notNull(),
  environmentKind: text('environment_kind').$type<'production'>().notNull().default('production'),
  asset: uuid('asset').$type<AssetId>().notNull(),
  type: text('type').notNull(),
  name: text('name').notNull(),
  contentDigest: digestColumn('content_digest'),
  expectedVersion: integer('expected_version').notNull(),
  person: uuid('person').$type<PersonId>().notNull(),
  state: text('state').$type<ProductionCommandPhase>().notNull().default('requested'),
  failure: text('failure'),
  version: integer('version'),
  restoredVersion: integer('restored_version'),
  erasedVersion: integer('erased_version'),
  erasedDigest: digestColumn('erased_digest'),
  createdAt: instantColumn('created_at').notNull().defaultNow(),
  updatedAt: instantColumn('updated_at').notNull().defaultNow(),
})
