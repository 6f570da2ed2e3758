import { and, eq, sql } from 'drizzle-orm'
import { type EnvironmentRole, environmentMember } from '../../db/control/environment-member.ts'
import { insertRows } from '../../db/insert-rows.ts'
import { type Transaction, withOrganization } from '../../db/transaction.ts'
import type { ActorId, EnvironmentId } from '../../domain/identifiers.ts'
import { appendEntries } from '../audit/append-entries.ts'
import type { ServiceContext } from '../context.ts'
import { lockOrganization } from '../organizations/lock-organization.ts'
import { notFound } from '../organizations/require-organization-key.ts'
import { entryActor } from '../people/entry-actor.ts'
import { readPerson } from '../people/read-people.ts'
import { Refused } from '../refused.ts'
import { requireEnvironmentRight } from './environment-access.ts'
import { environmentRoleOf } from './environment-role-of.ts'
import type { EnvironmentMemberView } from './list-environment-members.ts'

export interface SetEnvironmentMember {
  readonly environment: EnvironmentId
  readonly person: ActorId
  readonly role: EnvironmentRole
}

// Asked of what is written by now, so that no second text says which role is wider.
async function refuseWider(
  transaction: Transaction,
  { environment, person, role }: SetEnvironmentMember,
): Promise<void> {
  const { rows } = await transaction.execute<{ held: EnvironmentRole | null }>(
    sql`select ${environmentRoleOf(person, environment)} as held`,
  )
  if (rows[0]?.held === role) return
  throw new Refused(
    'forbidden',
    `A service account has no wider role in an environment than its owner, and its owner is not ${role} in this one. ` +
      'Give the owner that role first, or the account a narrower one.',
    [{ pointer: '/role', message: "is wider than its owner's" }],
  )
}

/**
 * Gives a human or a service account a role in an environment, in place of the one they had there. The
 * same again changes nothing.
 *
 * @throws Refused `forbidden` unless an owner or admin asks, and for a service account's role that is wider than its
 *   owner's; `not-found` for somebody the organization does not have.
 */
export async function setEnvironmentMember(
  { caller, stores }: ServiceContext,
  { environment, person, role }: SetEnvironmentMember,
): Promise<EnvironmentMemberView> {
  return withOrganization(stores.control, caller.organization, async (transaction) => {
    await lockOrganization(transaction)
    const found = await readPerson(transaction, person)
    await requireEnvironmentRight(transaction, caller, environment, 'environment-role.give')
    if (found === undefined) throw notFound()
    const { organization } = transaction
    const one = and(
      eq(environmentMember.organization, organization),
      eq(environmentMember.environment, environment),
      eq(environmentMember.actor, person),
    )
    const [before = null] = await transaction
      .select({ role: environmentMember.role })
      .from(environmentMember)
      .where(one)
    const member = { person, kind: found.kind, role, effectiveRole: role }
    const row = { organization, environment, actor: person, role }
    if (before === null) await insertRows(transaction, environmentMember, [row])
    else if (before.role !== role) await transaction.update(environmentMember).set({ role }).where(one)
    await refuseWider(transaction, { environment, person, role })
    if (before?.role === role) return member
    await appendEntries(transaction, [
      {
        type: 'environment-member.set',
        subject: `environment/${environment}`,
        actor: entryActor(caller),
        environment,
        details: { person, before, after: { role } },
      },
    ])
    return member
  })
}
