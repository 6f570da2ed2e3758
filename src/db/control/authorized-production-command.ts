import { bigint, integer, pgView, text, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, CommandId, EnvironmentId, PersonId } from '../../domain/identifiers.ts'
import { bytesColumn, digestColumn, organizationColumn } from '../columns.ts'
import type { ProductionCommandKind } from './production-command.ts'

/** The acts outside a promotion that production's worker may perform; `bytes` is null once they are erased, and where none are written. */
export const authorizedProductionCommand = pgView('authorized_production_command', {
  organization: organizationColumn(),
  id: uuid('id').$type<CommandId>().notNull(),
  kind: text('kind').$type<ProductionCommandKind>().notNull(),
  environment: uuid('environment').$type<EnvironmentId>().notNull(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  type: text('type').notNull(),
  name: text('name').notNull(),
  contentDigest: digestColumn('content_digest'),
  bytes: bytesColumn('bytes'),
  expectedVersion: integer('expected_version').notNull(),
  person: uuid('person').$type<PersonId>().notNull(),
  fence: bigint('fence', { mode: 'number' }).notNull(),
  grantIndex: bigint('grant_index', { mode: 'number' }).notNull(),
  grantLeafHash: digestColumn('grant_leaf_hash').notNull(),
  restoredVersion: integer('restored_version'),
  erasedVersion: integer('erased_version'),
  erasedDigest: digestColumn('erased_digest'),
}).existing()
