import { sql } from 'drizzle-orm'
import { integer, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { PromotionId } from '../../domain/identifiers.ts'
import { bytesColumn, digestColumn, organizationColumn } from '../columns.ts'

export const planDraft = pgTable('plan_draft', {
  organization: organizationColumn(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  plan: bytesColumn('plan').notNull(),
  planDigest: digestColumn('plan_digest').notNull().generatedAlwaysAs(sql`sha256(plan)`),
})
