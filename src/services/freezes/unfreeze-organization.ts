import { and, eq, isNull } from 'drizzle-orm'
import { organizationFreeze } from '../../db/control/organization-freeze.ts'
import { withOrganization } from '../../db/transaction.ts'
import { instant, type OrganizationId } from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ServiceContext } from '../context.ts'
import { requireOrganizationKey } from '../organizations/require-organization-key.ts'
import { entryActor } from '../people/entry-actor.ts'
import { requireRight } from '../people/require-right.ts'
import { wakeScheduled } from '../promotions/wake-scheduled.ts'

/**
 * Lifts the freeze of an organization. Where it is not frozen, nothing changes.
 *
 * @throws Refused `forbidden` unless an owner or admin asks.
 */
export async function unfreezeOrganization(
  context: ServiceContext,
  { organization }: { readonly organization: OrganizationId },
): Promise<void> {
  const { caller, stores } = context
  requireOrganizationKey(caller, organization)
  await withOrganization(stores.control, organization, async (transaction) => {
    await requireRight(transaction, caller, 'organization.freeze')
    const [lifted] = await transaction
      .update(organizationFreeze)
      .set({ liftedBy: caller.person })
      .where(and(eq(organizationFreeze.organization, organization), isNull(organizationFreeze.liftedAt)))
      .returning()
    if (lifted === undefined) return
    await appendEntries(transaction, [
      {
        type: 'organization.unfrozen',
        subject: `organization/${organization}`,
        actor: entryActor(caller),
        details: { before: { freeze: lifted.id, since: instant(lifted.createdAt) }, after: null },
      },
    ])
  })
  await wakeScheduled(context, null)
}
