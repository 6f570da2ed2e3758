import { and, eq } from 'drizzle-orm'
import { approverGroup } from '../../db/control/approver-group.ts'
import { approverGroupMember } from '../../db/control/approver-group-member.ts'
import { insertRows } from '../../db/insert-rows.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { EntryActor, EntryDraft } from '../audit/append-entries.ts'
import type { GroupView } from './read-groups.ts'

/** Writes a group with exactly these members, in place of those it had; null for a new one. Returns the entry of it. */
export async function writeGroup(
  transaction: Transaction,
  actor: EntryActor,
  { name, members }: GroupView,
  before: GroupView['members'] | null,
): Promise<EntryDraft> {
  const { organization } = transaction
  await insertRows(transaction, approverGroup, [{ organization, name }], 'ignore')
  await transaction
    .delete(approverGroupMember)
    .where(
      and(eq(approverGroupMember.organization, organization), eq(approverGroupMember.approverGroup, name)),
    )
  if (members.length > 0) {
    const rows = members.map((person) => ({ organization, approverGroup: name, person }))
    await insertRows(transaction, approverGroupMember, rows)
  }
  return { type: 'group.set', subject: `group/${name}`, actor, details: { before, after: members } }
}
