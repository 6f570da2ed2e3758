import { and, eq, inArray } from 'drizzle-orm'
import { approverGroupMember } from '../../db/control/approver-group-member.ts'
import { environment as environmentTable } from '../../db/control/environment.ts'
import { type EnvironmentRole, environmentMember } from '../../db/control/environment-member.ts'
import { organizationMember } from '../../db/control/organization-member.ts'
import { person as personTable } from '../../db/control/person.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { EnvironmentId, PersonId } from '../../domain/identifiers.ts'
import type { PolicyPeople } from '../../domain/policy/review.ts'

const writers: readonly EnvironmentRole[] = ['engineer', 'support']

/** Active humans who may change policies, in the order of their ids. */
export async function readPolicyAdministrators(transaction: Transaction): Promise<readonly PersonId[]> {
  const rows = await transaction
    .select({ person: personTable.id })
    .from(organizationMember)
    .innerJoin(
      personTable,
      and(
        eq(personTable.organization, organizationMember.organization),
        eq(personTable.id, organizationMember.person),
      ),
    )
    .where(
      and(
        eq(organizationMember.organization, transaction.organization),
        inArray(organizationMember.role, ['owner', 'admin']),
        eq(personTable.active, true),
      ),
    )
    .orderBy(personTable.id)
  return rows.map(({ person }) => person)
}

async function groupsByPerson(
  transaction: Transaction,
): Promise<ReadonlyMap<PersonId, readonly { readonly group: string }[]>> {
  const rows = await transaction
    .select({ person: approverGroupMember.person, group: approverGroupMember.approverGroup })
    .from(approverGroupMember)
    .where(eq(approverGroupMember.organization, transaction.organization))
  return Map.groupBy(rows, ({ person }) => person)
}

/** The people of today that the policy of an environment is held against. */
export async function readPolicyPeople(
  transaction: Transaction,
  environment: EnvironmentId,
): Promise<PolicyPeople> {
  const { organization } = transaction
  const rows = await transaction
    .select({
      person: personTable.id,
      environment: environmentTable.id,
      kind: environmentTable.kind,
      role: environmentMember.role,
    })
    .from(environmentMember)
    .innerJoin(
      personTable,
      and(
        eq(personTable.organization, environmentMember.organization),
        eq(personTable.id, environmentMember.actor),
        eq(personTable.active, true),
      ),
    )
    .innerJoin(
      environmentTable,
      and(
        eq(environmentTable.organization, environmentMember.organization),
        eq(environmentTable.id, environmentMember.environment),
      ),
    )
    .where(eq(environmentMember.organization, organization))
    .orderBy(personTable.id)
  const groups = await groupsByPerson(transaction)
  const candidatesOf = (found: typeof rows) =>
    [...new Set(found.map(({ person }) => person))].map((person) => ({
      person,
      groups: (groups.get(person) ?? []).map(({ group }) => group),
    }))
  return {
    candidates: candidatesOf(rows.filter((row) => row.environment === environment)),
    requesters: candidatesOf(rows.filter(({ kind, role }) => kind === 'staging' && writers.includes(role))),
  }
}
