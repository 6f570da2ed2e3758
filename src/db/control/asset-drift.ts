import { sql } from 'drizzle-orm'
import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import type { DriftFinding } from '../../domain/drift/drift.ts'
import type { AssetId, PromotionId } from '../../domain/identifiers.ts'
import { digestColumn, instantColumn, organizationColumn } from '../columns.ts'

/** Production assets that were found to differ from what `promotion` landed in them. */
export const assetDrift = pgTable('asset_drift', {
  organization: organizationColumn(),
  asset: uuid('asset').$type<AssetId>().notNull(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  finding: text('finding').$type<DriftFinding>().notNull(),
  foundVersion: integer('found_version').notNull(),
  foundDigest: digestColumn('found_digest'),
  foundAt: instantColumn('found_at').notNull().default(sql`clock_timestamp()`),
})
