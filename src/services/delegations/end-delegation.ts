import { and, eq, isNull, sql } from 'drizzle-orm'
import { delegation as delegationTable } from '../../db/control/delegation.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { DelegationId } from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ServiceContext } from '../context.ts'
import { notFound } from '../organizations/require-organization-key.ts'
import { entryActor } from '../people/entry-actor.ts'
import { requireAct, requireActive } from '../people/require-right.ts'
import { delegationEnded } from './delegation-entries.ts'
import { delegationReader, readDelegation } from './read-delegations.ts'

/**
 * Ends a delegation now, by who gave it or by an owner or admin. One that has ended stays as it is.
 *
 * @throws Refused `not-found` for a delegation that the caller does not see, `forbidden` for one that is not theirs to
 * end.
 */
export async function endDelegation({ caller, stores }: ServiceContext, id: DelegationId): Promise<void> {
  const { organization, person, door } = caller
  await withOrganization(stores.control, organization, async (transaction) => {
    const standing = await requireActive(transaction, caller)
    requireAct('delegation.read', standing, {})
    const reader = delegationReader(standing)
    const before = await readDelegation(transaction, reader, id)
    if (before === undefined) throw notFound()
    // The door last: through which one something may be ended is told to whoever sees that it is there.
    const act = before.delegator === person ? 'delegation.give' : 'delegation.end'
    requireAct(act, standing, { through: door.kind })
    const { rowCount } = await transaction
      .update(delegationTable)
      .set({ revokedAt: sql`clock_timestamp()` })
      .where(
        and(
          eq(delegationTable.organization, organization),
          eq(delegationTable.id, id),
          isNull(delegationTable.revokedAt),
          sql`${delegationTable.endsAt} > clock_timestamp()`,
        ),
      )
    if (rowCount === 0) return
    const after = await readDelegation(transaction, reader, id)
    if (after === undefined) throw notFound()
    await appendEntries(transaction, [delegationEnded(entryActor(caller), before, after)])
  })
}
