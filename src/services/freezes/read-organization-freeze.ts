import { and, eq, isNull } from 'drizzle-orm'
import { organizationFreeze } from '../../db/control/organization-freeze.ts'
import { erasableText } from '../../db/log/erasable-text.ts'
import type { Transaction } from '../../db/transaction.ts'
import { type Instant, instant, type PersonId } from '../../domain/identifiers.ts'

/** The switch that stops every promotion of the organization, while it is on. */
export interface OrganizationFreezeView {
  /** Null once erased. */
  readonly reason: string | null
  readonly by: PersonId
  readonly since: Instant
}

/** The freeze of the organization that is in force; null where nothing is frozen by the switch. */
export async function readOrganizationFreeze(
  transaction: Transaction,
): Promise<OrganizationFreezeView | null> {
  const { organization } = transaction
  const [row] = await transaction
    .select({
      reason: erasableText.text,
      by: organizationFreeze.createdBy,
      since: organizationFreeze.createdAt,
    })
    .from(organizationFreeze)
    .innerJoin(
      erasableText,
      and(eq(erasableText.organization, organization), eq(erasableText.id, organizationFreeze.reasonText)),
    )
    .where(and(eq(organizationFreeze.organization, organization), isNull(organizationFreeze.liftedAt)))
  return row === undefined ? null : { ...row, since: instant(row.since) }
}
