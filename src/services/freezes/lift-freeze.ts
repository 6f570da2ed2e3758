import { and, eq, isNull } from 'drizzle-orm'
import { environmentFreeze } from '../../db/control/environment-freeze.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { EnvironmentId, FreezeId } from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ServiceContext } from '../context.ts'
import { requireEnvironmentRight } from '../environments/environment-access.ts'
import { notFound } from '../organizations/require-organization-key.ts'
import { entryActor } from '../people/entry-actor.ts'
import { wakeScheduled } from '../promotions/wake-scheduled.ts'
import { readFreeze, timesOf } from './read-freezes.ts'

/**
 * Lifts a freeze of an environment for good, also one that recurs or has not begun. Lifted before, nothing changes.
 *
 * @throws Refused `not-found` or `forbidden` unless an owner or admin asks, `not-found` where there is no such freeze.
 */
export async function liftFreeze(
  context: ServiceContext,
  { environment, freeze }: { readonly environment: EnvironmentId; readonly freeze: FreezeId },
): Promise<void> {
  const { caller, stores } = context
  const { organization } = caller
  await withOrganization(stores.control, organization, async (transaction) => {
    await requireEnvironmentRight(transaction, caller, environment, 'environment.unfreeze')
    if ((await readFreeze(transaction, environment, freeze)) === undefined) throw notFound()
    const one = and(eq(environmentFreeze.organization, organization), eq(environmentFreeze.id, freeze))
    const [lifted] = await transaction
      .update(environmentFreeze)
      .set({ liftedBy: caller.person })
      .where(and(one, isNull(environmentFreeze.liftedAt)))
      .returning()
    if (lifted === undefined) return
    await appendEntries(transaction, [
      {
        type: 'freeze.lifted',
        subject: `freeze/${freeze}`,
        actor: entryActor(caller),
        environment,
        details: { before: { ...timesOf(lifted) }, after: null },
      },
    ])
  })
  await wakeScheduled(context, environment)
}
