import { and, desc, eq, lt } from 'drizzle-orm'
import { actor as actorTable } from '../../db/control/actor.ts'
import { type EnvironmentRole, environmentMember } from '../../db/control/environment-member.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { ActorId, EnvironmentId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import type { PageAsked } from '../page-asked.ts'
import { requireReader } from './environment-access.ts'
import { environmentRoleOf } from './environment-role-of.ts'

export interface EnvironmentMemberView {
  readonly person: ActorId
  readonly kind: 'human' | 'service'
  /** As it was given. */
  readonly role: EnvironmentRole
  /** What it comes to: a service account's is never wider than its owner's, and none where they have none. */
  readonly effectiveRole: EnvironmentRole | null
}

/** Who has a role in an environment, newest first, to whoever has one there or administers it. */
export async function listEnvironmentMembers(
  { caller, stores }: ServiceContext,
  { environment, after, limit }: PageAsked<ActorId> & { readonly environment: EnvironmentId },
): Promise<readonly EnvironmentMemberView[]> {
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    await requireReader(transaction, caller, environment)
    const { organization } = transaction
    return transaction
      .select({
        person: environmentMember.actor,
        kind: actorTable.kind,
        role: environmentMember.role,
        effectiveRole: environmentRoleOf(environmentMember.actor, environmentMember.environment),
      })
      .from(environmentMember)
      .innerJoin(
        actorTable,
        and(
          eq(actorTable.organization, environmentMember.organization),
          eq(actorTable.id, environmentMember.actor),
        ),
      )
      .where(
        and(
          eq(environmentMember.organization, organization),
          eq(environmentMember.environment, environment),
          after && lt(environmentMember.actor, after),
        ),
      )
      .orderBy(desc(environmentMember.actor))
      .limit(limit)
  })
}
