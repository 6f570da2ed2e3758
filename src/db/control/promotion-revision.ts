import { sql } from 'drizzle-orm'
import { integer, pgTable, uuid } from 'drizzle-orm/pg-core'
import type { PersonId, PromotionId } from '../../domain/identifiers.ts'
import { bytesColumn, digestColumn, organizationColumn } from '../columns.ts'

/** The plan that is signed, in canonical bytes, and who may not sign it: sorted `contributors`. */
export const promotionRevision = pgTable('promotion_revision', {
  organization: organizationColumn(),
  promotion: uuid('promotion').$type<PromotionId>().notNull(),
  revision: integer('revision').notNull(),
  plan: bytesColumn('plan').notNull(),
  planDigest: digestColumn('plan_digest').notNull().generatedAlwaysAs(sql`sha256(plan)`),
  requester: uuid('requester').$type<PersonId>().notNull(),
  contributors: uuid('contributors').array().$type<readonly PersonId[]>().notNull(),
  requiredDecisions: integer('required_decisions').notNull(),
})
