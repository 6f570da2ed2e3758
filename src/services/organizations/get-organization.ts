import { eq } from 'drizzle-orm'
import { organization as organizationTable } from '../../db/control/organization.ts'
import { withOrganization } from '../../db/transaction.ts'
import { type Instant, instant, type OrganizationId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { type OrganizationFreezeView, readOrganizationFreeze } from '../freezes/read-organization-freeze.ts'
import { requireActive } from '../people/require-right.ts'
import { notFound } from './require-organization-key.ts'

export interface OrganizationView {
  readonly id: OrganizationId
  readonly name: string
  readonly createdAt: Instant
  /** Null unless its promotions are stopped. */
  readonly freeze: OrganizationFreezeView | null
}

/**
 * The caller's organization.
 *
 * @throws Refused `not-found` for any other.
 */
export async function getOrganization(
  { caller, stores }: ServiceContext,
  id: OrganizationId,
): Promise<OrganizationView> {
  if (caller.organization !== id) throw notFound()
  return withOrganization(stores.control, id, async (transaction) => {
    await requireActive(transaction, caller)
    const [row] = await transaction
      .select()
      .from(organizationTable)
      .where(eq(organizationTable.organization, id))
    if (row === undefined) throw notFound()
    const freeze = await readOrganizationFreeze(transaction)
    return { id, name: row.name, createdAt: instant(row.createdAt), freeze }
  })
}
