import { bigint, integer, pgView, text, uuid } from 'drizzle-orm/pg-core'
import type { AssetId, EnvironmentId, PersonId, PromotionId } from '../../domain/identifiers.ts'
import type { ItemAction } from '../../domain/plan/plan.ts'
import { bytesColumn, digestColumn, organizationColumn } from '../columns.ts'
import type { GrantBasis, GrantPurpose } from './production-grant.ts'

/** All that production's worker sees of a promotion; `bytes` is null once they are erased. */
export const authorizedItem = pgView('authorized_item', {
  organization: organizationColumn(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  position: integer('position').notNull(),
  purpose: text('purpose').$type<GrantPurpose>().notNull(),
  environment: uuid('environment').$type<EnvironmentId>().notNull(),
  type: text('type').notNull(),
  name: text('name').notNull(),
  action: text('action').$type<ItemAction>().notNull(),
  targetAsset: uuid('target_asset').$type<AssetId>().notNull(),
  baselineVersion: integer('baseline_version').notNull(),
  baselineDigest: digestColumn('baseline_digest'),
  renderedDigest: digestColumn('rendered_digest').notNull(),
  bytes: bytesColumn('bytes'),
  fence: bigint('fence', { mode: 'number' }).notNull(),
  person: uuid('person').$type<PersonId>().notNull(),
  grantIndex: bigint('grant_index', { mode: 'number' }).notNull(),
  grantLeafHash: digestColumn('grant_leaf_hash').notNull(),
  basis: text('basis').$type<GrantBasis>(),
}).existing()
