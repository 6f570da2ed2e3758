import { and, eq } from 'drizzle-orm'
import { environmentMember } from '../../db/control/environment-member.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { ActorId, EnvironmentId } from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ServiceContext } from '../context.ts'
import { lockOrganization } from '../organizations/lock-organization.ts'
import { notFound } from '../organizations/require-organization-key.ts'
import { entryActor } from '../people/entry-actor.ts'
import { requireEnvironmentRight } from './environment-access.ts'

/**
 * Takes somebody's role in an environment away. Their keys of it stop being of use with the next request.
 *
 * @throws Refused `forbidden` unless an owner or admin asks, `not-found` when they have no role there.
 */
export async function removeEnvironmentMember(
  { caller, stores }: ServiceContext,
  { environment, person }: { readonly environment: EnvironmentId; readonly person: ActorId },
): Promise<void> {
  await withOrganization(stores.control, caller.organization, async (transaction) => {
    await lockOrganization(transaction)
    await requireEnvironmentRight(transaction, caller, environment, 'environment-role.take')
    const { organization } = transaction
    const [before] = await transaction
      .delete(environmentMember)
      .where(
        and(
          eq(environmentMember.organization, organization),
          eq(environmentMember.environment, environment),
          eq(environmentMember.actor, person),
        ),
      )
      .returning({ role: environmentMember.role })
    if (before === undefined) throw notFound()
    await appendEntries(transaction, [
      {
        type: 'environment-member.removed',
        subject: `environment/${environment}`,
        actor: entryActor(caller),
        environment,
        details: { person, before, after: null },
      },
    ])
  })
}
