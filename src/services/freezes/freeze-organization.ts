import { v7 as uuidv7 } from 'uuid'
import { organizationFreeze } from '../../db/control/organization-freeze.ts'
import { insertRows } from '../../db/insert-rows.ts'
import { withOrganization } from '../../db/transaction.ts'
import { type FreezeId, identifier, type OrganizationId } from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import { saveText } from '../audit/save-text.ts'
import type { ServiceContext } from '../context.ts'
import { requireOrganizationKey } from '../organizations/require-organization-key.ts'
import { entryActor } from '../people/entry-actor.ts'
import { requireRight } from '../people/require-right.ts'
import { wakeScheduled } from '../promotions/wake-scheduled.ts'
import { refuseConfidential } from '../screening/refuse-confidential.ts'
import { type OrganizationFreezeView, readOrganizationFreeze } from './read-organization-freeze.ts'

/**
 * Stops every promotion of an organization at once: none is authorized to land until it is lifted. While it is frozen
 * already, the freeze that is there stays, with its reason.
 *
 * @throws Refused `forbidden` unless an owner or admin asks, `literal-secret` or `patient-data` for a reason that holds
 *   some.
 */
export async function freezeOrganization(
  context: ServiceContext,
  { organization, reason }: { readonly organization: OrganizationId; readonly reason: string },
): Promise<OrganizationFreezeView> {
  const { caller, stores } = context
  requireOrganizationKey(caller, organization)
  await withOrganization(stores.control, organization, (transaction) =>
    requireRight(transaction, caller, 'organization.freeze'),
  )
  await refuseConfidential([{ pointer: '/reason', value: reason }])
  const set = await withOrganization(stores.control, organization, async (transaction) => {
    await requireRight(transaction, caller, 'organization.freeze')
    const earlier = await readOrganizationFreeze(transaction)
    if (earlier !== null) return earlier
    const id = identifier<FreezeId>(uuidv7())
    const reasonText = await saveText(transaction, reason)
    const row = { organization, id, reasonText: reasonText.text, createdBy: caller.person }
    const isNew = (await insertRows(transaction, organizationFreeze, [row], 'ignore')) === 1
    const inForce = await readOrganizationFreeze(transaction)
    if (inForce === null) throw new Error('a freeze was neither set nor found')
    if (!isNew) return inForce
    await appendEntries(transaction, [
      {
        type: 'organization.frozen',
        subject: `organization/${organization}`,
        actor: entryActor(caller),
        details: { before: null, after: { freeze: id, reasonText } },
      },
    ])
    return inForce
  })
  await wakeScheduled(context, null)
  return set
}
