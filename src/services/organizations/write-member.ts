import { and, eq } from 'drizzle-orm'
import { type OrganizationRole, organizationMember } from '../../db/control/organization-member.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { EntryActor, EntryDraft } from '../audit/append-entries.ts'
import type { MemberView } from './list-members.ts'

/** What somebody holds in the organization, as entries tell it. */
export interface HeldRole {
  readonly role: OrganizationRole
  readonly auditor: boolean
}

/** Writes a role in the organization, in place of the one before; null for none. Returns the entry that tells of it. */
export async function writeMember(
  transaction: Transaction,
  actor: EntryActor,
  { person, role, grants }: MemberView,
  before: HeldRole | null,
): Promise<EntryDraft> {
  const { organization } = transaction
  const after = { role, auditor: grants.includes('auditor') }
  if (before === null) {
    await insertRows(transaction, organizationMember, [{ organization, person, ...after }])
  } else {
    const one = and(eq(organizationMember.organization, organization), eq(organizationMember.person, person))
    await transaction.update(organizationMember).set(after).where(one)
  }
  const details = { person, before: before && { ...before }, after }
  return { type: 'organization-member.set', subject: `person/${person}`, actor, details }
}
