import { and, desc, eq, lt } from 'drizzle-orm'
import { type OrganizationRole, organizationMember } from '../../db/control/organization-member.ts'
import { withOrganization } from '../../db/transaction.ts'
import type { OrganizationId, PersonId } from '../../domain/identifiers.ts'
import type { ServiceContext } from '../context.ts'
import type { PageAsked } from '../page-asked.ts'
import { requireRight } from '../people/require-right.ts'
import { requireOrganizationKey } from './require-organization-key.ts'

export interface MemberView {
  readonly person: PersonId
  readonly role: OrganizationRole
  readonly grants: readonly 'auditor'[]
}

/** Who has a role in the organization, newest first, to whoever has one. */
export async function listMembers(
  { caller, stores }: ServiceContext,
  { organization, after, limit }: PageAsked<PersonId> & { readonly organization: OrganizationId },
): Promise<readonly MemberView[]> {
  requireOrganizationKey(caller, organization)
  return withOrganization(stores.control, organization, async (transaction) => {
    await requireRight(transaction, caller, 'people.read')
    const rows = await transaction
      .select()
      .from(organizationMember)
      .where(
        and(eq(organizationMember.organization, organization), after && lt(organizationMember.person, after)),
      )
      .orderBy(desc(organizationMember.person))
      .limit(limit)
    return rows.map(({ person, role, auditor }) => ({ person, role, grants: auditor ? ['auditor'] : [] }))
  })
}
