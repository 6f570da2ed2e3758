import { and, eq } from 'drizzle-orm'
import { organizationMember } from '../../db/control/organization-member.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { EntryActor, EntryDraft } from '../audit/append-entries.ts'
import type { MemberView } from './list-members.ts'

/** Writes a role in the organization and returns the entry that tells of it. */
export async function writeMember(
  transaction: Transaction,
  actor: EntryActor,
  { person, role, grants }: MemberView,
): Promise<EntryDraft> {
  const { organization } = transaction
  const auditor = grants.includes('auditor')
  const row = { organization, person, role, auditor }
  if ((await insertRows(transaction, organizationMember, [row], 'ignore')) === 0) {
    const one = and(eq(organizationMember.organization, organization), eq(organizationMember.person, person))
    await transaction.update(organizationMember).set({ role, auditor }).where(one)
  }
  const details = { person, role, auditor }
  return { type: 'organization-member.set', subject: `person/${person}`, actor, details }
}
