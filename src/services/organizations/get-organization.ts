import { eq } from 'drizzle-orm'
import { organization as organizationTable } from '../../db/control/organization.ts'
import { withOrganization } from '../../db/transaction.ts'
import { type Instant, instant, type OrganizationId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import { type OrganizationFreezeView, readOrganizationFreeze } from '../freezes/read-organization-freeze.ts'
import { requireActive } from '../people/require-right.ts'
import { checkKeyInUse } from '../promotions/preflight/checks/keys/check-key-in-use.ts'
import { notFound } from './require-organization-key.ts'

export interface OrganizationView {
  readonly id: OrganizationId
  readonly name: string
  readonly createdAt: Instant
  /** Null unless its promotions are stopped. */
  readonly freeze: OrganizationFreezeView | null
  /** By which checks outside know who asks; null while control's worker has published none. */
  readonly checksPublicKey: string | null
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
    const checksPublicKey = await checkKeyInUse(transaction)
    return { id, name: row.name, createdAt: instant(row.createdAt), freeze, checksPublicKey }
  })
}
