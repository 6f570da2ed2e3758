import { eq } from 'drizzle-orm'
import { organization as organizationTable } from '../../db/control/organization.ts'
import { withOrganization } from '../../db/transaction.ts'
import { instant, type OrganizationId } from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import { saveText } from '../audit/save-text.ts'
import type { ServiceContext } from '../context.ts'
import { readOrganizationFreeze } from '../freezes/read-organization-freeze.ts'
import { entryActor } from '../people/entry-actor.ts'
import { requireRight } from '../people/require-right.ts'
import { checkKeyInUse } from '../promotions/preflight/checks/keys/check-key-in-use.ts'
import type { OrganizationView } from './get-organization.ts'
import { lockOrganization } from './lock-organization.ts'
import { notFound, requireOrganizationKey } from './require-organization-key.ts'

/**
 * Gives an organization another name. The name it has already changes nothing.
 *
 * @throws Refused `not-found` for another organization, `forbidden` unless an owner or admin asks with its key.
 */
export async function renameOrganization(
  { caller, stores }: ServiceContext,
  { organization, name }: { readonly organization: OrganizationId; readonly name: string },
): Promise<OrganizationView> {
  requireOrganizationKey(caller, organization)
  return withOrganization(stores.control, organization, async (transaction) => {
    await lockOrganization(transaction)
    await requireRight(transaction, caller, 'organization.update')
    const one = eq(organizationTable.organization, organization)
    const [before] = await transaction.select().from(organizationTable).where(one)
    if (before === undefined) throw notFound()
    const freeze = await readOrganizationFreeze(transaction)
    const checksPublicKey = await checkKeyInUse(transaction)
    const after = { id: organization, name, createdAt: instant(before.createdAt), freeze, checksPublicKey }
    if (before.name === name) return after
    await transaction.update(organizationTable).set({ name }).where(one)
    const details = {
      before: { name: await saveText(transaction, before.name) },
      after: { name: await saveText(transaction, name) },
    }
    const subject = `organization/${organization}`
    await appendEntries(transaction, [
      { type: 'organization.updated', subject, actor: entryActor(caller), details },
    ])
    return after
  })
}
